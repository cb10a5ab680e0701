package dev.tuneworthy.task;

import dev.tuneworthy.task.DataReport.Conflict;
import dev.tuneworthy.task.DataReport.Finding;
import dev.tuneworthy.task.DataReport.NearDuplicate;
import dev.tuneworthy.task.DataReport.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Looks for what makes a decision on this data misleading: repeated and nearly repeated examples,
 * contradicting answers, rare and absent classes, texts that do not fit the context, and too few
 * test examples. What makes a task unusable is refused earlier, by {@link TaskReader}.
 */
public final class DataChecks {
  /** Ids that a finding lists at most. */
  static final int LISTED = 20;

  /** Tokens that a chat template adds, beside the texts: roles and marks. */
  static final int TEMPLATE_TOKENS = 32;

  /** Fewer test examples never settle a decision. */
  private static final int LEAST_TEST = 30;

  private static final double SKEWED = 10;

  private final Task task;
  private final List<Finding> findings = new ArrayList<>();

  private DataChecks(Task task) {
    this.task = task;
  }

  /**
   * Runs every check.
   *
   * @param tokens counts the tokens of a text for the model that will read it
   * @param contextLimit tokens that a prompt with its answer may have
   * @param detectable the difference in quality, 0 to 1, that so many test examples would show
   */
  public static DataReport run(
      Task task, ToIntFunction<String> tokens, int contextLimit, IntToDoubleFunction detectable) {
    DataChecks checks = new DataChecks(task);
    checks.tooLong(tokens, contextLimit);
    checks.repeated();
    List<Conflict> conflicts = checks.conflicts();
    List<NearDuplicate> near = checks.nearDuplicates();
    checks.classes();
    checks.power(detectable);
    checks.findings.sort(Comparator.comparing(Finding::severity));
    return new DataReport(checks.findings, conflicts, near);
  }

  private void add(Severity severity, String check, String message, List<String> examples) {
    List<String> listed = examples.subList(0, Math.min(LISTED, examples.size()));
    findings.add(new Finding(severity, check, message, listed));
  }

  private void tooLong(ToIntFunction<String> tokens, int contextLimit) {
    int fixed = TEMPLATE_TOKENS;
    for (int wording = 1; wording <= task.instructions().size(); wording++) {
      int instruction = tokens.applyAsInt(task.worded(wording).renderedInstruction());
      fixed = Math.max(fixed, instruction + TEMPLATE_TOKENS);
    }
    List<String> tooLong = new ArrayList<>();
    int longest = 0;
    for (Split split : Split.values()) {
      for (Example example : task.split(split)) {
        int length = fixed + tokens.applyAsInt(example.input() + "\n" + example.expected());
        for (Turn turn : example.history()) {
          length += tokens.applyAsInt(turn.content()) + TEMPLATE_TOKENS / 4;
        }
        longest = Math.max(longest, length);
        if (length > contextLimit) {
          tooLong.add(example.id());
        }
      }
    }
    String limit = " tokens with its answer; the model reads " + contextLimit + ".";
    if (tooLong.isEmpty()) {
      add(Severity.INFO, "length", "The longest example has " + longest + limit, List.of());
    } else {
      String count = tooLong.size() == 1 ? "1 example does" : tooLong.size() + " examples do";
      add(
          Severity.ERROR,
          "length",
          count + " not fit the context: the longest has " + longest + limit,
          tooLong);
    }
  }

  private void repeated() {
    for (Split split : Split.values()) {
      Set<String> seen = new HashSet<>();
      List<String> again =
          task.split(split).stream().filter(e -> !seen.add(e.key())).map(Example::id).toList();
      if (!again.isEmpty()) {
        add(
            Severity.WARNING,
            "duplicates",
            again.size()
                + " of "
                + task.split(split).size()
                + " examples in "
                + split.label()
                + " repeat an earlier one of it; they count twice.",
            again);
      }
    }
  }

  private List<Conflict> conflicts() {
    Map<String, List<Example>> alike = new LinkedHashMap<>();
    for (Split split : Split.values()) {
      for (Example example : task.split(split)) {
        alike.computeIfAbsent(example.key(), k -> new ArrayList<>()).add(example);
      }
    }
    List<Conflict> conflicts =
        alike.values().stream().filter(DataChecks::disagree).map(Conflict::new).toList();
    List<String> conflicting =
        conflicts.stream().flatMap(c -> c.examples().stream()).map(Example::id).toList();
    if (!conflicting.isEmpty()) {
      add(
          Severity.WARNING,
          "conflicting-answers",
          conflicting.size()
              + " examples have the same input as another one and a different answer; no"
              + " approach can have both right.",
          conflicting);
    }
    return conflicts;
  }

  private static boolean disagree(List<Example> alike) {
    return alike.stream().map(e -> NormalForm.key(e.expected())).distinct().count() > 1;
  }

  private List<NearDuplicate> nearDuplicates() {
    NearDuplicates search = new NearDuplicates(task);
    List<NearDuplicate> found = search.find(task);
    if (!found.isEmpty()) {
      String pairs =
          found.stream()
              .sorted(Comparator.comparingDouble(NearDuplicate::similarity).reversed())
              .limit(5)
              .map(p -> p.later() + " like " + p.earlier() + percent(" (%.0f %%)", p.similarity()))
              .collect(Collectors.joining(", "));
      add(
          Severity.WARNING,
          "near-duplicates",
          found.size()
              + " examples of dev or test closely resemble one of an earlier split: "
              + pairs
              + (found.size() > 5 ? ", ..." : "")
              + ". Quality is reported with and without them.",
          found.stream().map(NearDuplicate::later).toList());
    }
    if (!search.complete()) {
      add(
          Severity.WARNING,
          "near-duplicates",
          "There was too much alike to compare everything; the list is not complete.",
          List.of());
    }
    return found;
  }

  private void classes() {
    if (!task.closed() && task.metric() != Metric.F1_MACRO) {
      return;
    }
    Map<Split, Map<String, Integer>> counts = new TreeMap<>();
    for (Split split : Split.values()) {
      Map<String, Integer> each = counts.computeIfAbsent(split, s -> new TreeMap<>());
      task.choices().forEach(choice -> each.put(choice, 0));
      task.split(split).forEach(example -> each.merge(example.expected(), 1, Integer::sum));
    }
    balance(counts);
    oneAnswer(counts);
    Map<String, Integer> train = counts.get(Split.TRAIN);
    List<String> unseen =
        counts.get(Split.TEST).entrySet().stream()
            .filter(test -> test.getValue() > 0 && train.getOrDefault(test.getKey(), 0) == 0)
            .map(Map.Entry::getKey)
            .toList();
    if (!unseen.isEmpty()) {
      add(
          Severity.WARNING,
          "unseen-classes",
          "Answers that occur in test but never in train: " + names(unseen) + ".",
          task.split(Split.TEST).stream()
              .filter(example -> unseen.contains(example.expected()))
              .map(Example::id)
              .toList());
    }
    List<String> untested =
        task.choices().stream().filter(c -> counts.get(Split.TEST).get(c) == 0).toList();
    if (!untested.isEmpty()) {
      add(
          Severity.WARNING,
          "untested-classes",
          "Choices that never occur in test: " + names(untested) + ".",
          List.of());
    }
  }

  /**
   * With one answer alone, whoever always gives it is right; with few examples most are untried.
   */
  private void oneAnswer(Map<Split, Map<String, Integer>> counts) {
    counts.forEach(
        (split, each) -> {
          List<String> given =
              each.entrySet().stream()
                  .filter(e -> e.getValue() > 0)
                  .map(Map.Entry::getKey)
                  .toList();
          if (given.size() == 1 && task.split(split).size() > 1) {
            add(
                split == Split.TEST ? Severity.ERROR : Severity.WARNING,
                "one-class",
                "Every example of %s has the answer '%s': always saying so would be right, and the"
                        .formatted(split.label(), given.get(0))
                    + " examples show nothing else. Add examples of other answers.",
                List.of());
          }
        });
    int test = task.split(Split.TEST).size();
    if (test < task.choices().size()) {
      add(
          Severity.WARNING,
          "fewer-than-classes",
          "test has %d examples for %d choices, so that some are never tried: add examples."
              .formatted(test, task.choices().size()),
          List.of());
    }
  }

  private void balance(Map<Split, Map<String, Integer>> counts) {
    counts.forEach(
        (split, each) -> {
          int least = Collections.min(each.values());
          int most = Collections.max(each.values());
          String commonest =
              each.entrySet().stream()
                  .filter(entry -> entry.getValue() == most)
                  .findFirst()
                  .orElseThrow()
                  .getKey();
          boolean skewed = most > SKEWED * Math.max(1, least);
          add(
              skewed ? Severity.WARNING : Severity.INFO,
              "class-balance",
              String.format(
                  Locale.ROOT,
                  "%s has %d answers, each %s times; always saying '%s' would be right in"
                      + " %.0f %%.",
                  split.label(),
                  each.size(),
                  (least == most ? "" : least + " to ") + most,
                  commonest,
                  100.0 * most / task.split(split).size()),
              List.of());
        });
  }

  private void power(IntToDoubleFunction detectable) {
    int n = task.split(Split.TEST).size();
    add(
        n < LEAST_TEST ? Severity.WARNING : Severity.INFO,
        "power",
        n
            + " test examples can show a difference of about"
            + percent(" %.0f points.", detectable.applyAsDouble(n))
            + (n < LEAST_TEST
                ? " Fewer than " + LEAST_TEST + " never settle a decision: add more."
                : ""),
        List.of());
  }

  private static String percent(String format, double share) {
    return String.format(Locale.ROOT, format, 100 * share);
  }

  private static String names(List<String> all) {
    String listed = all.stream().limit(LISTED).collect(Collectors.joining(", "));
    return all.size() > LISTED ? listed + ", ..." : listed;
  }
}
