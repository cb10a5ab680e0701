package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyContent;
import dev.tuneworthy.policy.PolicyReader;
import dev.tuneworthy.policy.PriceCheck;
import dev.tuneworthy.policy.PriceCheck.State;
import dev.tuneworthy.policy.PriceList;
import dev.tuneworthy.prompting.RemoteModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;

@CommandLine.Command(
    name = "prices",
    description = "Check the prices that a policy reckons with.",
    footer = {"", "Example:", "  tuneworthy prices check --policy balanced"})
final class PricesCommand extends Command {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "expected a command: check");
  }

  @CommandLine.Command(
      name = "check",
      description = "Tell stale or missing prices for the models that a policy names.",
      footer = {
        "",
        "A policy names models under prices.models. Those without 'hourly' are sold by the token,",
        "and so is a --prompt-model: their prices come from the list, which is a file with",
        "LiteLLM's field names. LiteLLM's own file has no date; prices.asOf of a policy gives one.",
        "Exit codes: 0 all prices are there and recent, 2 one is missing or stale or a model is no",
        "longer sold, 4 nobody says how old the list is, 3 wrong usage or bad input.",
        "",
        "Examples:",
        "  tuneworthy prices check --policy my-policy.yaml",
        "  tuneworthy prices check --prompt-model openai:gpt-4o-mini --prices my-prices.json"
      })
  static final class Check extends Command {
    private static final int LONGEST = 100_000;

    private final Workshop workshop;
    private final Console console;

    @CommandLine.Option(
        names = "--policy",
        paramLabel = "POLICY",
        defaultValue = "balanced",
        description = "A policy file or the name of a shipped one. Default: ${DEFAULT-VALUE}.")
    private String policy = "";

    @CommandLine.Option(
        names = "--prices",
        paramLabel = "FILE",
        description = "A price list in the form of LiteLLM's. Default: the policy's.")
    private Optional<Path> prices = Optional.empty();

    @CommandLine.Option(
        names = "--prompt-model",
        paramLabel = "PROVIDER:NAME",
        description = "A remote model that is to be priced as well; repeatable.")
    private List<String> promptModels = List.of();

    @CommandLine.Option(
        names = "--max-age-days",
        paramLabel = "N",
        defaultValue = "90",
        description = "An older list is stale. Default: ${DEFAULT-VALUE}.")
    private int maxAgeDays;

    Check(Workshop workshop, Console console) {
      this.workshop = workshop;
      this.console = console;
    }

    @Override
    public Integer call() {
      if (maxAgeDays < 1 || maxAgeDays > LONGEST) {
        throw ServiceException.of(
            ErrorCode.BAD_USAGE,
            "--max-age-days",
            "a number from 1 to " + LONGEST,
            String.valueOf(maxAgeDays),
            "Correct it.");
      }
      Policy read = new Inputs(workshop).policy(policy);
      Optional<PriceList> list = prices.map(PolicyReader::prices);
      Policy checked =
          list.map(l -> PolicyContent.with(read, read.traffic(), read.prices().with(l)))
              .orElse(read);
      List<String> further = promptModels.stream().map(Inputs::remote).map(Check::named).toList();
      List<PriceCheck.Row> rows = PriceCheck.of(checked, further, workshop.today(), maxAgeDays);
      TextTable table = new TextTable("model", "price", "state");
      rows.forEach(
          row -> table.row(row.what(), row.found(), row.state().name().toLowerCase(Locale.ROOT)));
      console.result(
          rows.isEmpty() ? "The policy names no model and has no price list." : table.toString());
      return exitCode(rows.stream().map(PriceCheck.Row::state).collect(Collectors.toSet()));
    }

    private static String named(RemoteModelSpec spec) {
      return spec.provider() + ":" + spec.model();
    }

    private static int exitCode(Set<State> states) {
      boolean refused =
          states.contains(State.MISSING)
              || states.contains(State.STALE)
              || states.contains(State.ENDED);
      if (refused) {
        return ExitCodes.REFUSED;
      }
      return states.contains(State.UNDATED) ? ExitCodes.INCONCLUSIVE : ExitCodes.GO;
    }
  }
}
