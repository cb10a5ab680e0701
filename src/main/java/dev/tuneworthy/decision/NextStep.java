package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.NextStepPart;
import dev.tuneworthy.decision.DecisionRecord.RungPart;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What to do next where the budget ended a decision before it was settled, and what that costs. */
final class NextStep {
  private NextStep() {}

  /**
   * Going on with the first rung that was cut short.
   *
   * @param cuts rungs that were, with what was used up
   * @param forecast empty if not even that was made
   * @return empty if none was cut short, or nobody knows what it would cost
   */
  static Optional<NextStepPart> of(
      Map<String, String> cuts,
      Optional<Forecast> forecast,
      List<RungPart> taken,
      Spending.Prices prices) {
    return cuts.entrySet().stream()
        .filter(cut -> !cut.getKey().equals(Rungs.FORECAST))
        .findFirst()
        .flatMap(cut -> forecast.map(f -> part(cut.getKey(), cut.getValue(), f, taken, prices)));
  }

  private static NextStepPart part(
      String name, String limit, Forecast forecast, List<RungPart> taken, Spending.Prices prices) {
    Forecast.Rung said = forecast.rung(name);
    boolean ifNeeded = said.seconds() == 0; // a rung that is climbed only where it must be
    double seconds = ifNeeded ? said.atMost().seconds() : said.seconds();
    long tokens = ifNeeded ? said.atMost().tokens() : said.tokens();
    RungPart done =
        taken.stream().filter(rung -> rung.rung().equals(name)).findFirst().orElseThrow();
    double left = Math.max(0, seconds - done.seconds());
    return new NextStepPart(
        name,
        limit,
        Math.max(0, tokens - done.tokens()),
        Rungs.rounded(left),
        prices.ofSeconds(left).text());
  }

  /** In words. */
  static String sentence(NextStepPart next) {
    return String.format(
        Locale.ROOT,
        " It ended at %s. The next step would be to finish the rung %s: about %,d tokens, %.1f"
            + " minutes and %s USD more; raise the budget and decide again.",
        next.limit(),
        next.rung(),
        next.tokens(),
        next.seconds() / 60,
        next.money());
  }
}
