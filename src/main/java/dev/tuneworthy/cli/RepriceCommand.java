package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionJson;
import dev.tuneworthy.decision.Repriced;
import dev.tuneworthy.decision.Repricing;
import dev.tuneworthy.policy.PolicyReader;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

@CommandLine.Command(
    name = "reprice",
    description = "Decide anew from what a decision stored: other traffic, prices or limits.",
    footer = {
      "",
      "Asks no model and writes nothing. What was not measured then is not known now either: where",
      "it could change the verdict, the verdict is INCONCLUSIVE. With --json the output is what was",
      "decided before, what changed, and the whole record as it is now.",
      "Exit codes as those of decide: 0, 2, 4; 3 wrong usage or bad input, 1 a failure.",
      "",
      "Examples:",
      "  tuneworthy reprice decisions/mine --requests-per-month 2000000",
      "  tuneworthy reprice decisions/mine --prices my-prices.json --horizon-months 6",
      "  tuneworthy reprice decisions/mine --policy retention-first --json"
    })
final class RepriceCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(paramLabel = "DECISION", description = "A decision folder.")
  private Path decision = Path.of("");

  @CommandLine.Option(
      names = "--requests-per-month",
      paramLabel = "N",
      description = "Requests a month. Default: the policy's.")
  private Optional<Long> requestsPerMonth = Optional.empty();

  @CommandLine.Option(
      names = "--horizon-months",
      paramLabel = "N",
      description = "Months over which costs add up. Default: the policy's.")
  private Optional<Integer> horizonMonths = Optional.empty();

  @CommandLine.Option(
      names = "--prices",
      paramLabel = "FILE",
      description = "A price list in the form of LiteLLM's. Default: the policy's.")
  private Optional<Path> prices = Optional.empty();

  @CommandLine.Option(
      names = "--policy",
      paramLabel = "POLICY",
      description = "A policy file or the name of a shipped one. Default: that of the decision.")
  private Optional<String> policy = Optional.empty();

  @CommandLine.Option(names = "--json", description = "Print only the result, as JSON.")
  private boolean json;

  RepriceCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    Repricing.Terms terms =
        new Repricing.Terms(
            policy.map(new Inputs(workshop)::policy),
            requestsPerMonth,
            horizonMonths,
            prices.map(PolicyReader::prices));
    Repriced repriced = Repricing.reprice(decision, terms);
    if (json) {
      console.result(DecisionJson.text(repriced));
    } else {
      show(repriced);
    }
    return ExitCodes.of(repriced.decision().verdict());
  }

  private void show(Repriced repriced) {
    Repriced.Before before = repriced.before();
    console.result(
        "Before: " + before.verdict() + before.recommended().map(id -> ": " + id).orElse(""));
    if (repriced.changes().isEmpty()) {
      console.result("Nothing changes.");
    }
    repriced.changes().forEach(change -> console.result("Changed: " + change + "."));
    console.result("");
    console.result("Now: " + VerdictText.verdict(repriced.decision()));
  }
}
