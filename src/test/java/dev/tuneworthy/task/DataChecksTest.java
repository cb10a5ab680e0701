package dev.tuneworthy.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.task.DataReport.Finding;
import dev.tuneworthy.task.DataReport.NearDuplicate;
import dev.tuneworthy.task.DataReport.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DataChecksTest {
  @Test
  void findsNothingGraveInGoodData() {
    DataReport report =
        run(task(List.of("a", "b"), numbered(0, 40), numbered(100, 40), numbered(200, 40)));

    assertThat(report.hasErrors()).isFalse();
    assertThat(report.findings()).extracting(Finding::severity).containsOnly(Severity.INFO);
    assertThat(report.nearDuplicates()).isEmpty();
  }

  @Test
  void listsAnExampleThatIsTwiceInASplit() {
    List<Example> test = new ArrayList<>(numbered(200, 40));
    test.add(Example.of("again", test.get(3).input().toUpperCase(Locale.ROOT), "b"));

    Finding finding =
        finding(
            run(task(List.of("a", "b"), numbered(0, 40), numbered(100, 40), test)), "duplicates");

    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.examples()).containsExactly("again");
    assertThat(finding.message()).contains("1 of 41").contains("test");
  }

  @Test
  void listsExamplesThatContradictEachOther() {
    List<Example> train = new ArrayList<>(numbered(0, 40));
    train.add(Example.of("x", "close my account", "a"));
    train.add(Example.of("y", "Close my account.", "b"));

    Finding finding =
        finding(
            run(task(List.of("a", "b"), train, numbered(100, 40), numbered(200, 40))),
            "conflicting-answers");

    assertThat(finding.examples()).containsExactly("x", "y");
  }

  @Test
  void pairsNearDuplicatesAcrossSplitsButNotWithinOne() {
    List<Example> train = new ArrayList<>(numbered(0, 40));
    train.add(Example.of("t1", "please tell me the balance of my savings account", "a"));
    train.add(Example.of("t2", "please tell me the balance of my saving account", "a"));
    List<Example> test = new ArrayList<>(numbered(200, 40));
    test.add(Example.of("q", "please tell me the balances of my savings account", "a"));

    DataReport report = run(task(List.of("a", "b"), train, numbered(100, 40), test));

    assertThat(report.nearDuplicates()).extracting(NearDuplicate::earlier).containsExactly("t1");
    assertThat(report.nearDuplicateIds()).containsExactly("q");
    assertThat(finding(report, "near-duplicates").message()).contains("q like t1");
  }

  @Test
  void findsExactlyThePairsThatComparingEverythingFinds() {
    Random random = new Random(5);
    List<Example> train = words(random, "t", 300);
    List<Example> test = words(random, "q", 300);
    Task task = task(List.of(), train, List.of(Example.of("d", "zzz", "x")), test);

    Set<String> found = new HashSet<>();
    new NearDuplicates(task).find(task).forEach(pair -> found.add(pair.later()));

    Set<String> expected = new HashSet<>();
    for (Example q : test) {
      if (train.stream().anyMatch(t -> jaccard(t.key(), q.key()) >= NearDuplicates.THRESHOLD)) {
        expected.add(q.id());
      }
    }
    assertThat(expected).hasSizeGreaterThan(10);
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void stopsComparingAtItsBound() {
    List<Example> same = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      same.add(Example.of("e" + i, "the very same long request again and again, number " + i, "a"));
    }
    Task task = task(List.of(), same.subList(0, 100), List.of(), same.subList(100, 200));

    NearDuplicates search = new NearDuplicates(task, 1_000);
    search.find(task);

    assertThat(search.complete()).isFalse();
  }

  @Test
  void namesClassesThatTrainOrTestLacks() {
    List<Example> test = new ArrayList<>(numbered(200, 40));
    test.add(Example.of("new", "something else altogether", "c"));

    DataReport report =
        run(task(List.of("a", "b", "c", "d"), numbered(0, 40), numbered(100, 40), test));

    assertThat(finding(report, "unseen-classes").message()).endsWith("train: c.");
    assertThat(finding(report, "unseen-classes").examples()).containsExactly("new");
    assertThat(finding(report, "untested-classes").message()).endsWith("test: d.");
    assertThat(finding(report, "class-balance").severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void refusesATestSetOfOneAnswer() {
    List<Example> same = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      same.add(Example.of("t" + i, "a text of its own, number " + i, "a"));
    }
    DataReport report = run(task(List.of("a", "b"), numbered(0, 40), numbered(100, 40), same));

    assertThat(report.hasErrors()).isTrue();
    assertThat(report.findings().get(0).check()).isEqualTo("one-class");
    assertThat(report.findings().get(0).message()).contains("test").contains("'a'");
  }

  @Test
  void warnsOfATestSetThatIsSmallerThanItsClasses() {
    List<String> choices = List.of("a", "b", "c", "d", "e", "f");
    DataReport report = run(task(choices, numbered(0, 40), numbered(100, 40), numbered(200, 4)));

    assertThat(finding(report, "fewer-than-classes").message())
        .startsWith("test has 4 examples for 6 choices");
    assertThat(finding(report, "power").message()).contains("never settle a decision");
    assertThat(report.hasErrors()).isFalse();
  }

  @Test
  void refusesExamplesThatDoNotFitTheContext() {
    List<Example> dev = new ArrayList<>(numbered(100, 40));
    dev.add(Example.of("long", "word ".repeat(200), "a"));

    DataReport report = run(task(List.of("a", "b"), numbered(0, 40), dev, numbered(200, 40)));

    assertThat(report.hasErrors()).isTrue();
    assertThat(report.findings().get(0).check()).isEqualTo("length");
    assertThat(report.findings().get(0).examples()).containsExactly("long");
  }

  @Test
  void saysWhatTheTestSetCanShow() {
    DataReport report =
        run(task(List.of("a", "b"), numbered(0, 40), numbered(100, 40), numbered(200, 12)));

    assertThat(finding(report, "power").severity()).isEqualTo(Severity.WARNING);
    assertThat(finding(report, "power").message())
        .startsWith("12 test examples can show a difference of about 12 points.")
        .contains("add more");
  }

  private static DataReport run(Task task) {
    return DataChecks.run(task, text -> text.split(" ").length, 100, n -> n / 100.0);
  }

  private static Finding finding(DataReport report, String check) {
    return report.findings().stream()
        .filter(f -> f.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  private static Task task(
      List<String> choices, List<Example> train, List<Example> dev, List<Example> test) {
    return new Task(
        "t",
        "i",
        choices,
        Map.of(Split.TRAIN, train, Split.DEV, dev, Split.TEST, test),
        Metric.ACCURACY,
        "00");
  }

  /** Texts of random letters, no two alike. */
  private static List<Example> numbered(int from, int count) {
    Random random = new Random(from);
    List<Example> examples = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = 0; j < 30; j++) {
        text.append((char) ('a' + random.nextInt(26)));
      }
      examples.add(Example.of("n" + i, text.toString(), i % 2 == 0 ? "a" : "b"));
    }
    return examples;
  }

  private static List<Example> words(Random random, String id, int count) {
    List<String> words = List.of("my", "card", "account", "was", "blocked", "lost", "today");
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> text = new ArrayList<>();
      for (int j = 0; j < 6; j++) {
        text.add(words.get(random.nextInt(words.size())));
      }
      examples.add(Example.of(id + i, String.join(" ", text), "a"));
    }
    return examples;
  }

  private static double jaccard(String a, String b) {
    Set<String> x = grams(a);
    Set<String> y = grams(b);
    Set<String> both = new HashSet<>(x);
    both.retainAll(y);
    Set<String> all = new HashSet<>(x);
    all.addAll(y);
    return (double) both.size() / all.size();
  }

  private static Set<String> grams(String text) {
    String padded = " " + text + " ";
    Set<String> grams = new HashSet<>();
    for (int i = 0; i + 3 <= padded.length(); i++) {
      grams.add(padded.substring(i, i + 3));
    }
    return grams;
  }
}
