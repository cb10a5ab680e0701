package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.scoring.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Puts a judgement of retention into words. */
final class RetentionWords {
  private static final int SHORT_ANSWER = 3;

  private RetentionWords() {}

  static String observed(List<RetentionJudgement.Mode> modes) {
    return modes.stream()
        .map(
            mode ->
                String.format(
                    Locale.ROOT,
                    "%s: drop %.1f points, at most %.1f; %d lost, %d gained of %d",
                    mode.mode().label(),
                    100 * mode.pooled().tally().drop(),
                    100 * mode.pooled().dropUpper(),
                    mode.pooled().tally().lost(),
                    mode.pooled().tally().gained(),
                    mode.pooled().tally().n()))
        .collect(Collectors.joining("; "));
  }

  static String required(RetentionLimits limits) {
    String scaled =
        limits.routed()
            ? String.format(
                Locale.ROOT, " times the mis-route rate of %s", percent(limits.misrouteRate()))
            : "";
    String misrouted =
        limits.routed() && limits.misroutedMargin().isPresent()
            ? "; unscaled under " + points(limits.misroutedMargin().orElseThrow())
            : "";
    return "drop"
        + scaled
        + " under "
        + points(limits.pooledMargin())
        + " pooled, "
        + points(limits.capabilityMargin())
        + " in each capability"
        + misrouted;
  }

  static String reason(
      RetentionStatus status, List<RetentionJudgement.Mode> modes, RetentionLimits limits) {
    if (modes.isEmpty()) {
      return "the suites have no item to measure with";
    }
    return switch (status) {
      case NOT_BINDING ->
          "only "
              + percent(limits.misrouteRate())
              + " of other traffic meets the adapter, which cannot exceed the margins";
      case PASS ->
          "the pooled drop is shown to be under the margin and no capability raises an alarm";
      case UNKNOWN, FAIL ->
          modes.stream()
              .filter(mode -> mode.status() == status)
              .map(mode -> mode.mode().label() + ": " + culprits(mode, status))
              .collect(Collectors.joining("; "));
    };
  }

  private static String culprits(RetentionJudgement.Mode mode, RetentionStatus status) {
    List<String> culprits = new ArrayList<>();
    if (mode.pooled().status().equals(status.name())) {
      culprits.add("all capabilities together");
    }
    if (mode.misrouted().filter(s -> s == status).isPresent()) {
      culprits.add("mis-routed requests");
    }
    mode.capabilities().stream()
        .filter(c -> c.status().equals(status.name()))
        .forEach(
            c ->
                culprits.add(
                    String.format(
                        Locale.ROOT,
                        "%s (%.0f to %.0f %%)",
                        c.name(),
                        100 * c.tally().before(),
                        100 * c.tally().after())));
    return culprits.isEmpty() ? "too many items without an answer" : String.join(", ", culprits);
  }

  /**
   * How many lost answers are wrong in form alone, and how many shrank to a few words: tuning on
   * labels shows here first.
   */
  static List<String> lengthNotes(RetentionMeasurement.Mode mode) {
    if (mode.mode() != AnswerMode.GENERATE) {
      return List.of();
    }
    List<PairedItem> items = mode.items().filter(PairedItem::counts).toList();
    long before = items.stream().filter(item -> isShort(item.before())).count();
    long after = items.stream().filter(item -> isShort(item.after())).count();
    List<PairedItem> lost = items.stream().filter(PairedItem::lost).toList();
    long byForm = lost.stream().filter(item -> item.after().wrongForm()).count();
    return List.of(
        "Of "
            + lost.size()
            + " lost items "
            + byForm
            + " still say what is asked and fail by their form alone.",
        "Answers of "
            + SHORT_ANSWER
            + " words or fewer: "
            + before
            + " of "
            + items.size()
            + " before, "
            + after
            + " after.");
  }

  private static boolean isShort(PairedItem.Reply reply) {
    return Words.count(reply.text()) <= SHORT_ANSWER;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3g %%", 100 * share);
  }

  private static String points(double share) {
    return String.format(Locale.ROOT, "%.3g points", 100 * share);
  }
}
