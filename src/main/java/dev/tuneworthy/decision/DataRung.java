package dev.tuneworthy.decision;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.DataDistance;
import dev.tuneworthy.stats.Power;
import dev.tuneworthy.task.DataChecks;
import dev.tuneworthy.task.DataReport;
import dev.tuneworthy.task.DataReport.Finding;
import dev.tuneworthy.task.DataReport.Severity;
import dev.tuneworthy.task.Split;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The first rung: whether the data can carry a decision, and whether what things cost is known. */
final class DataRung {
  /** Share of items on which two finalists usually differ; a guess until they are measured. */
  private static final double USUAL_DISCORDANCE = 0.2;

  private static final double LEVEL = 0.05;
  private static final double POWER = 0.8;

  private final Climb climb;

  DataRung(Climb climb) {
    this.climb = climb;
  }

  /**
   * Runs the data checks.
   *
   * @throws ServiceException {@code BAD_TASK} with every error found
   */
  DataReport run() {
    Bench bench = climb.bench();
    DataReport report = checked();
    for (Finding finding : report.findings()) {
      if (finding.severity() == Severity.WARNING) {
        climb.warn(finding.check() + ": " + finding.message());
      }
    }
    Policy policy = climb.request().policy();
    PolicyReach.warnings(policy, climb.task().split(Split.TEST).size(), bench.ref().id())
        .forEach(climb::warn);
    new Pricing(policy, Pricing.costs(climb)).warnings().forEach(climb::warn);
    climb.rungs().explain(Rungs.CHECK, messages(report, Severity.INFO));
    climb.findings().put("data", counts(report));
    bench.distance(climb.task()).ifPresent(this::tell);
    return report;
  }

  /**
   * Checks the data alone.
   *
   * @throws ServiceException as {@link #run}
   */
  DataReport checked() {
    Bench bench = climb.bench();
    DataReport report =
        DataChecks.run(
            climb.task(), bench::countTokens, bench.contextLength(), DataRung::detectable);
    if (report.hasErrors()) {
      throw ServiceException.of(
          ErrorCode.BAD_TASK,
          "task " + climb.task().name(),
          "data that a decision can rest on",
          errors(report),
          "Correct the examples and decide again.");
    }
    return report;
  }

  /** Tuning costs most of what a model knows where the data are far from it. */
  private void tell(DataDistance.Report distance) {
    climb.spending().start(Rungs.CHECK);
    climb.count("distance", distance.tokens());
    distance.warning().ifPresent(text -> climb.warn("distance: " + text));
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("examples", distance.examples());
    told.put("inputBitsPerByte", distance.inputs());
    told.put("neutralBitsPerByte", distance.neutral());
    told.put("completionBitsPerByte", distance.completions());
    told.put("outliers", distance.outliers());
    told.put("splitWords", distance.splitWords());
    climb.findings().put("distance", told);
  }

  private static double detectable(int n) {
    return Power.detectable(n, USUAL_DISCORDANCE, LEVEL, POWER);
  }

  private Map<String, Object> counts(DataReport report) {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("detectableDifference", detectable(climb.task().split(Split.TEST).size()));
    counts.put("nearDuplicates", report.nearDuplicates().size());
    return counts;
  }

  /** Every error with the examples that it is about. */
  private static String errors(DataReport report) {
    return report.findings().stream()
        .filter(finding -> finding.severity() == Severity.ERROR)
        .map(DataRung::withExamples)
        .collect(Collectors.joining("; "));
  }

  private static String withExamples(Finding finding) {
    String message = finding.message().replaceAll("\\.$", "");
    return finding.examples().isEmpty()
        ? message
        : message + " (" + String.join(", ", finding.examples()) + ")";
  }

  private static String messages(DataReport report, Severity severity) {
    List<Finding> some =
        report.findings().stream().filter(finding -> finding.severity() == severity).toList();
    return some.stream().map(Finding::message).collect(Collectors.joining(" "));
  }
}
