package dev.tuneworthy.decision;

import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.policy.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The forecast rung: says what the others will take, and holds back what confirming takes. */
final class ForecastRung {
  /** What measuring a machine takes at most, but for very slow ones. */
  private static final double MEASURING_SECONDS = 60;

  private static final String UNKNOWN = Cost.unknown("").text();

  private final Climb climb;
  private final Forecaster forecaster;

  ForecastRung(Climb climb, Forecaster forecaster) {
    this.climb = climb;
    this.forecaster = forecaster;
  }

  /** Why there is no forecast, if there is none. */
  Optional<String> leftOut() {
    return forecaster.measures() && !climb.budget().roomFor(0, MEASURING_SECONDS)
        ? Optional.of(
            "This machine would have to be measured first, for which the budget leaves no room;"
                + " ./tuneworthy forecast TASK does so once.")
        : Optional.empty();
  }

  /**
   * Forecasts.
   *
   * @throws BudgetReached if the budget ends while the speed of this machine is measured
   */
  Forecast run(List<PromptSearch.Planned> prompts, int trainings) {
    Forecast forecast = forecaster.forecast(prompts, trainings, climb.progress());
    tell(forecast);
    Forecast.Rung confirm = forecast.rung(Rungs.CONFIRM);
    climb.budget().reserve(confirm.tokens(), confirm.seconds(), cost(confirm));
    return forecast;
  }

  private static Cost cost(Forecast.Rung rung) {
    String money = rung.money();
    return money.equals(UNKNOWN) ? Cost.unknown("no price is known") : Cost.of(Money.of(money));
  }

  private void tell(Forecast forecast) {
    Policy.Budget budget = climb.request().policy().budget();
    double minutes = forecast.all().seconds() / 60;
    double allowed = budget.time().toMillis() / 60_000.0;
    climb
        .rungs()
        .explain(
            Rungs.FORECAST,
            String.format(
                Locale.ROOT,
                "About %,d tokens and %.1f minutes in all; the budget is %,d tokens and %.4g"
                    + " minutes.%s",
                forecast.all().tokens(),
                minutes,
                budget.tokens(),
                allowed,
                minutes > allowed ? " That may not be enough." : ""));
    if (forecast.all().tokens() > budget.tokens()) {
      climb.warn(
          "forecast: the ladder is expected to take more than the budget of %,d tokens; it decides with what is known when that is reached."
              .formatted(budget.tokens()));
    }
    Map<String, Object> told = new LinkedHashMap<>();
    for (Forecast.Rung rung : forecast.rungs()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("tokens", rung.tokens());
      line.put("seconds", rung.seconds());
      line.put("money", rung.money());
      line.put("mostTokens", rung.atMost().tokens());
      line.put("mostSeconds", rung.atMost().seconds());
      line.put("mostMoney", rung.atMost().money());
      line.put("peakBytes", rung.peakBytes());
      told.put(rung.rung(), line);
    }
    climb.findings().put("forecast", told);
  }
}
