package dev.tuneworthy.task;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the data checks found.
 *
 * @param findings the gravest first
 * @param conflicts examples that say the same and are answered differently
 * @param nearDuplicates each example of dev or test that closely resembles one of an earlier split
 */
public record DataReport(
    List<Finding> findings, List<Conflict> conflicts, List<NearDuplicate> nearDuplicates) {
  public DataReport {
    findings = List.copyOf(findings);
    conflicts = List.copyOf(conflicts);
    nearDuplicates = List.copyOf(nearDuplicates);
  }

  /** How grave a finding is. */
  public enum Severity {
    /** Nothing can be decided on such data. */
    ERROR,
    /** The decision may mislead. */
    WARNING,
    /** Worth knowing. */
    INFO
  }

  /**
   * One thing that was found.
   *
   * @param check its name, as {@code near-duplicates}
   * @param message one sentence, numbers included
   * @param examples ids of the examples concerned, at most {@value DataChecks#LISTED}
   */
  public record Finding(Severity severity, String check, String message, List<String> examples) {
    public Finding {
      examples = List.copyOf(examples);
    }
  }

  /** Examples of one input with different answers, of which no approach can have all right. */
  public record Conflict(List<Example> examples) {
    public Conflict {
      examples = List.copyOf(examples);
    }
  }

  /**
   * Two examples of different splits that are nearly the same.
   *
   * @param earlier id of the example in the earlier split (train before dev before test)
   * @param later id of the example in the later split
   * @param similarity share of common three-letter sequences among all of both, 0 to 1
   */
  public record NearDuplicate(String earlier, String later, double similarity) {}

  public boolean hasErrors() {
    return findings.stream().anyMatch(finding -> finding.severity == Severity.ERROR);
  }

  /** Ids of examples to leave out when quality is reported without near-duplicates. */
  public Set<String> nearDuplicateIds() {
    return nearDuplicates.stream()
        .map(NearDuplicate::later)
        .collect(Collectors.toUnmodifiableSet());
  }
}
