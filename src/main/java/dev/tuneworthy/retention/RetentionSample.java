package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.suite.BaselineSuite;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Some of the dev items of baseline suites, for steering: the same number of each capability, in
 * random order, so that any first part of them is a fair sample too. Test items decide and are not
 * among them.
 */
public final class RetentionSample {
  private final List<RetentionItem> items;

  private RetentionSample(List<RetentionItem> items) {
    this.items = List.copyOf(items);
  }

  /**
   * Draws.
   *
   * @param perCapability items of each capability in each mode, or all if there are fewer
   */
  public static RetentionSample of(List<BaselineSuite> suites, int perCapability, long seed) {
    Random random = new Random(seed);
    List<RetentionItem> drawn = new ArrayList<>();
    for (AnswerMode mode : AnswerMode.values()) {
      Map<String, List<RetentionItem>> byCapability = new LinkedHashMap<>();
      RetentionItem.of(suites).stream()
          .filter(item -> item.isSplit("dev") && item.mode() == mode)
          .forEach(
              item ->
                  byCapability
                      .computeIfAbsent(item.capability(), name -> new ArrayList<>())
                      .add(item));
      byCapability.values().forEach(its -> Collections.shuffle(its, random));
      for (int round = 0; round < perCapability; round++) {
        List<RetentionItem> one = new ArrayList<>();
        for (List<RetentionItem> its : byCapability.values()) {
          if (round < its.size()) {
            one.add(its.get(round));
          }
        }
        Collections.shuffle(one, random);
        drawn.addAll(one);
      }
    }
    return new RetentionSample(drawn);
  }

  /** How many items there are in a mode. */
  public int size(AnswerMode mode) {
    return of(mode).size();
  }

  /**
   * Who is asked, and how.
   *
   * @param questions on a cache, so that nobody is asked twice
   */
  public record Asked(QuestionRunner questions, RetentionCheck.Subject subject) {}

  /**
   * Puts the items from one place to another in the order of a mode to both models and counts.
   *
   * @param from first item, counted from 0
   * @param to one past the last
   */
  public Tally compare(
      AnswerMode mode, int from, int to, Asked base, Asked tuned, Progress progress) {
    return Tally.of(paired(mode, from, to, base, tuned, progress));
  }

  /**
   * The same over all items of a mode, without capabilities of which the base model has no more
   * right than somebody who guesses: they would hide a loss among noise.
   */
  public Tally compareWhereItCan(AnswerMode mode, Asked base, Asked tuned, Progress progress) {
    Map<String, List<PairedItem>> byCapability = new LinkedHashMap<>();
    List<PairedItem> paired = paired(mode, 0, size(mode), base, tuned, progress);
    paired.forEach(
        item -> byCapability.computeIfAbsent(item.capability(), n -> new ArrayList<>()).add(item));
    Map<String, Double> chance = new LinkedHashMap<>();
    of(mode).forEach(item -> chance.merge(item.capability(), item.chance(), Math::max));
    Tally all = Tally.NONE;
    for (Map.Entry<String, List<PairedItem>> each : byCapability.entrySet()) {
      Tally tally = Tally.of(each.getValue());
      all = tally.before() > chance.get(each.getKey()) ? all.plus(tally) : all;
    }
    return all;
  }

  private List<PairedItem> paired(
      AnswerMode mode, int from, int to, Asked base, Asked tuned, Progress progress) {
    List<RetentionItem> its = of(mode).subList(from, to);
    List<Answer> before = ask(base, mode, its, progress);
    List<Answer> after = ask(tuned, mode, its, progress);
    List<PairedItem> paired = new ArrayList<>();
    for (int i = 0; i < its.size(); i++) {
      RetentionItem item = its.get(i);
      paired.add(item.paired(item.reply(before.get(i)), item.reply(after.get(i))));
    }
    return paired;
  }

  private static List<Answer> ask(
      Asked asked, AnswerMode mode, List<RetentionItem> items, Progress progress) {
    List<Question> questions = items.stream().map(RetentionItem::question).toList();
    return asked
        .questions()
        .answer(
            new QuestionRunner.Batch(
                asked.subject().fingerprint(),
                questions,
                mode,
                RetentionCheck.DECODING,
                asked.subject().open()),
            "retention",
            asked.subject().name() + ", dev, " + mode.label(),
            progress);
  }

  private List<RetentionItem> of(AnswerMode mode) {
    return items.stream().filter(item -> item.mode() == mode).toList();
  }
}
