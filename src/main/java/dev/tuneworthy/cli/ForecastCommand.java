package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionJson;
import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.decision.Forecast;
import dev.tuneworthy.policy.Policy;
import java.util.Locale;
import picocli.CommandLine;

@CommandLine.Command(
    name = "forecast",
    description = "Say what a decision will take, rung by rung, without making it.",
    footer = {
      "",
      "Tokens are counted; time and memory come from how fast this machine is with this model,",
      "which is measured once in half a minute or so and kept. The two columns 'at most' are for",
      "the case that everything is needed: no training stops early, and where the retention gate",
      "can fail, every means against forgetting is tried.",
      "",
      "Examples:",
      "  tuneworthy forecast support-routing",
      "  tuneworthy forecast my-task --policy my-policy.yaml --quick --json"
    })
final class ForecastCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Mixin private DecisionOptions options = new DecisionOptions();

  @CommandLine.Option(
      names = "--measure",
      description = "Measure the speed of this machine anew, as after a change of hardware.")
  private boolean measure;

  @CommandLine.Option(names = "--json", description = "Print only the forecast, as JSON.")
  private boolean json;

  ForecastCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    DecisionRequest request = options.request(workshop);
    Forecast forecast;
    try (ProgressLine progress = new ProgressLine(console)) {
      forecast = workshop.forecast(request, measure, progress);
    }
    if (json) {
      console.result(DecisionJson.text(forecast));
    } else {
      show(forecast, request.policy().budget());
    }
    return ExitCodes.GO;
  }

  private void show(Forecast forecast, Policy.Budget budget) {
    TextTable table =
        new TextTable("rung", "tokens", "minutes", "USD", "memory", "tokens at most", "minutes");
    forecast.rungs().forEach(rung -> row(table, rung));
    row(table, forecast.all());
    console.result(table.toString());
    console.result("");
    console.result(
        String.format(
            Locale.ROOT,
            "The budget is %,d tokens, %.4g minutes and %s USD.",
            budget.tokens(),
            budget.time().toMillis() / 60_000.0,
            budget.money().toPlainString()));
    forecast.notes().forEach(console::result);
  }

  private static void row(TextTable table, Forecast.Rung rung) {
    table.row(
        rung.rung(),
        String.format(Locale.ROOT, "%,d", rung.tokens()),
        minutes(rung.seconds()),
        rung.money(),
        rung.peakBytes() == 0 ? "-" : String.format(Locale.ROOT, "%.1f GB", rung.peakBytes() / 1e9),
        String.format(Locale.ROOT, "%,d", rung.atMost().tokens()),
        minutes(rung.atMost().seconds()));
  }

  private static String minutes(double seconds) {
    return String.format(Locale.ROOT, "%.1f", seconds / 60);
  }
}
