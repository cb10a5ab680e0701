package dev.tuneworthy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.retention.BaseStanding;
import dev.tuneworthy.retention.ShortcutOdds;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.SuiteFinding;
import dev.tuneworthy.suite.SuiteLint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;

@CommandLine.Command(
    name = "check",
    description = "Check a baseline suite before anything is measured with it.",
    footer = {
      "",
      "Refuses items that are there twice or nearly so, answers that stand in the question, and",
      "answers that can be told by their place or length. With --model it asks the base model the",
      "dev and test items and shows which capabilities can show a loss; answers are kept, so a",
      "second run is fast. Exit code 3 if the suite cannot be used as it is, else 0.",
      "",
      "Examples:",
      "  tuneworthy suite check",
      "  tuneworthy suite check my-suite --model smollm2-135m-instruct --json"
    })
final class SuiteCheckCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(
      paramLabel = "SUITE",
      defaultValue = "baseline",
      description = "A baseline suite, by path or name. Default: ${DEFAULT-VALUE}.")
  private String suite = "";

  @CommandLine.Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "",
      description = "The local model whose base accuracy is shown. Default: none.")
  private String model = "";

  @CommandLine.Option(names = "--json", description = "Print the findings and figures as JSON.")
  private boolean json;

  SuiteCheckCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    Path folder = new Inputs(workshop).suiteFolder(suite);
    List<SuiteFinding> findings = SuiteLint.run(folder, ShortcutOdds::pValues);
    BaselineSuite read = workshop.suite(folder);
    List<BaseStanding> standings =
        model.isEmpty()
            ? List.of()
            : Interruption.guard(
                console, "the same command.", progress -> workshop.standing(model, read, progress));
    console.result(json ? asJson(read, findings, standings) : asText(read, findings, standings));
    return findings.stream().anyMatch(SuiteFinding::refused) ? ExitCodes.USAGE : ExitCodes.GO;
  }

  private static String asText(
      BaselineSuite suite, List<SuiteFinding> findings, List<BaseStanding> standings) {
    StringBuilder text = new StringBuilder();
    long capabilities = suite.items().stream().map(item -> item.capability()).distinct().count();
    text.append(
        "Suite %s: %d items, %d capabilities"
            .formatted(suite.name(), suite.items().size(), capabilities));
    for (SuiteFinding finding : findings) {
      text.append(System.lineSeparator())
          .append(
              "%-7s %s: %s: %s"
                  .formatted(
                      finding.refused() ? "error" : "warning",
                      finding.where(),
                      finding.check(),
                      finding.message()));
    }
    if (!standings.isEmpty()) {
      text.append(System.lineSeparator()).append(table(standings));
      text.append(System.lineSeparator()).append(summary(standings));
    }
    return text.toString();
  }

  /** As in {@code 11 of 14 capabilities can show a loss in choose, 8 of 14 in generate.} */
  private static String summary(List<BaseStanding> standings) {
    List<String> modes = new ArrayList<>();
    for (AnswerMode mode : AnswerMode.values()) {
      List<BaseStanding> its = standings.stream().filter(s -> s.mode() == mode).toList();
      if (!its.isEmpty()) {
        modes.add(
            "%d of %d %sin %s"
                .formatted(
                    its.stream().filter(BaseStanding::showsALoss).count(),
                    its.size(),
                    modes.isEmpty() ? "capabilities can show a loss " : "",
                    mode.label()));
      }
    }
    return String.join(", ", modes) + ".";
  }

  private static TextTable table(List<BaseStanding> standings) {
    TextTable table =
        new TextTable("capability", "mode", "n", "right", "95 %", "chance", "can show a loss");
    for (BaseStanding standing : standings) {
      table.row(
          standing.capability(),
          standing.mode().label(),
          String.valueOf(standing.n()),
          percent(standing.accuracy()),
          percent(standing.interval().low()) + " to " + percent(standing.interval().high()),
          percent(standing.chance()),
          standing.showsALoss() ? "yes" : "no");
    }
    return table;
  }

  private static String asJson(
      BaselineSuite suite, List<SuiteFinding> findings, List<BaseStanding> standings) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("suite", suite.name());
    all.put("sha256", suite.sha256());
    all.put("items", suite.items().size());
    all.put("findings", findings.stream().map(SuiteCheckCommand::fields).toList());
    if (!standings.isEmpty()) {
      all.put("summary", summary(standings));
    }
    all.put("base", standings.stream().map(SuiteCheckCommand::fields).toList());
    try {
      return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values that cannot be written as JSON", e);
    }
  }

  private static Map<String, Object> fields(SuiteFinding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("severity", finding.refused() ? "error" : "warning");
    fields.put("check", finding.check());
    fields.put("where", finding.where());
    fields.put("message", finding.message());
    return fields;
  }

  private static Map<String, Object> fields(BaseStanding standing) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("capability", standing.capability());
    fields.put("mode", standing.mode().label());
    fields.put("n", standing.n());
    fields.put("right", standing.right());
    fields.put("accuracy", standing.accuracy());
    fields.put("low", standing.interval().low());
    fields.put("high", standing.interval().high());
    fields.put("chance", standing.chance());
    fields.put("showsALoss", standing.showsALoss());
    return fields;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
