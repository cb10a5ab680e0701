package dev.tuneworthy.decision;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.retention.CapabilityTally;
import java.util.List;
import java.util.Optional;

/**
 * What the verdict rests on beside {@code outcomes.jsonl}: the part of a record from which the same
 * rule decides anew, under other traffic, prices or limits, without asking a model.
 *
 * @param expected the class of each test example, in the split's order; empty unless the metric is
 *     one over classes
 * @param clusters the cluster of each test example, numbered from 0; empty where all are
 *     independent
 * @param missing approaches that the verdict had to do without
 * @param finalists those that met test, in the order in which they did
 */
public record DecisionBasis(
    Costs costs,
    List<String> expected,
    List<Integer> clusters,
    List<Missing> missing,
    List<Confirmed> finalists) {
  public DecisionBasis {
    expected = List.copyOf(expected);
    clusters = List.copyOf(clusters);
    missing = List.copyOf(missing);
    finalists = List.copyOf(finalists);
  }

  /**
   * What was spent once, in seconds and tokens, so that any price list can say what it costs.
   *
   * @param hardware that everything was measured on
   * @param localModel id of the model on own hardware
   * @param promptModel id of the model that prompts went to; the local one where they stayed here
   * @param promptSource {@code provider:model} of a remote one, else empty text
   * @param searchSeconds of searching and evaluating
   * @param trainingSeconds of all trainings
   * @param decidedOn the day from which the horizon counts, as {@code 2027-03-31}
   * @param sold tokens that a remote model was asked for
   */
  public record Costs(
      String hardware,
      String localModel,
      String promptModel,
      String promptSource,
      double searchSeconds,
      double trainingSeconds,
      String decidedOn,
      TokenUsage sold) {
    /** Whether prompts went to a remote model. */
    boolean remotePrompts() {
      return !promptSource.isEmpty();
    }
  }

  /** An approach of which nothing was confirmed, and why. */
  public record Missing(String approach, Why why) {}

  /** Why an approach was not confirmed. */
  public enum Why {
    /** The budget ended before. */
    BUDGET("the budget ended before %s was confirmed"),
    /** It was left out, since it could not change the verdict. */
    COULD_NOT_PAY("%s was not tried, for it could not have paid under the policy of then"),
    /** Its retention gate fails only under another policy than that of the decision. */
    NOT_MITIGATED("no means against what %s forgets was tried, for the policy of then needed none");

    private final String sentence;

    Why(String sentence) {
      this.sentence = sentence;
    }

    String of(String approaches) {
      return sentence.formatted(approaches);
    }
  }

  /**
   * A finalist.
   *
   * @param latencyMillis single, warm, uncached requests; empty where none was timed
   * @param requestsPerSecond measured; 0 if unknown
   * @param predicted the class that each answer names, empty text for none; empty unless the metric
   *     is one over classes
   * @param retention in each mode; empty where it was not measured, or no weights were moved
   */
  public record Confirmed(
      String candidate,
      List<Double> latencyMillis,
      double requestsPerSecond,
      List<String> predicted,
      Optional<List<RetentionMode>> retention) {
    public Confirmed {
      latencyMillis = List.copyOf(latencyMillis);
      predicted = List.copyOf(predicted);
      retention = retention.map(List::copyOf);
    }
  }

  /**
   * Retention in one mode, counted.
   *
   * @param effect of template families on the drop over the test items that count
   * @param unanswered items that one of the two models did not answer
   */
  public record RetentionMode(
      String mode, List<CapabilityTally> capabilities, double effect, int unanswered) {
    public RetentionMode {
      capabilities = List.copyOf(capabilities);
    }
  }
}
