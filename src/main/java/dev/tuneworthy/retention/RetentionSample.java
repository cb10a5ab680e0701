package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.retention.PairedItem.Reply;
import dev.tuneworthy.stats.DropEProcess;
import dev.tuneworthy.suite.BaselineSuite;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Some of the dev items of baseline suites, for steering: the same number of each capability, in
 * random order, so that any first part of them is a fair sample too. Test items decide and are not
 * among them.
 */
public final class RetentionSample {
  /** Items that are asked before the next look: a batch that the engine likes. */
  public static final int PART = 64;

  private static final double LEVEL = 0.05;

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
    List<RetentionItem> its = of(mode).subList(from, to);
    return Tally.of(paired(mode, its, replies(base, mode, its, progress), tuned, progress));
  }

  /**
   * The same over all items of a mode, without capabilities of which the base model has no more
   * right than somebody who guesses: they would hide a loss among noise.
   */
  public Tally compareWhereItCan(AnswerMode mode, Asked base, Asked tuned, Progress progress) {
    return inParts(mode, Math.max(1, size(mode)), 1, base, tuned, progress);
  }

  /**
   * The same, {@value #PART} items at a time, until a drop is shown and the observed one is at
   * least {@code clear}: a model that forgets much is known after a few of them. The evidence is an
   * e-process, which may be looked at after every part (Waudby-Smith and Ramdas 2024).
   *
   * @param clear share of the items, 0 to 1
   */
  public Tally compareUntilClear(
      AnswerMode mode, double clear, Asked base, Asked tuned, Progress progress) {
    return inParts(mode, PART, clear, base, tuned, progress);
  }

  private Tally inParts(
      AnswerMode mode, int part, double clear, Asked base, Asked tuned, Progress progress) {
    List<RetentionItem> its = of(mode);
    List<Reply> before = replies(base, mode, its, progress);
    Set<String> able = able(its, before);
    Tally seen = Tally.NONE;
    for (int from = 0; from < its.size(); from += part) {
      int to = Math.min(its.size(), from + part);
      List<PairedItem> paired =
          paired(mode, its.subList(from, to), before.subList(from, to), tuned, progress);
      seen =
          seen.plus(
              Tally.of(paired.stream().filter(item -> able.contains(item.capability())).toList()));
      if (seen.drop() >= clear && DropEProcess.shown(seen.counts(), LEVEL, 1)) {
        break;
      }
    }
    return seen;
  }

  /** Capabilities of which the base model has more right than somebody who guesses. */
  private static Set<String> able(List<RetentionItem> items, List<Reply> before) {
    Map<String, List<Boolean>> right = new LinkedHashMap<>();
    Map<String, Double> chance = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      String capability = items.get(i).capability();
      chance.merge(capability, items.get(i).chance(), Math::max);
      List<Boolean> known = right.computeIfAbsent(capability, name -> new ArrayList<>());
      before.get(i).right().ifPresent(known::add);
    }
    Set<String> able = new LinkedHashSet<>();
    right.forEach(
        (capability, known) -> {
          long hits = known.stream().filter(hit -> hit).count();
          if (hits > chance.get(capability) * known.size()) {
            able.add(capability);
          }
        });
    return able;
  }

  private static List<PairedItem> paired(
      AnswerMode mode,
      List<RetentionItem> items,
      List<Reply> before,
      Asked tuned,
      Progress progress) {
    List<Reply> after = replies(tuned, mode, items, progress);
    List<PairedItem> paired = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      paired.add(items.get(i).paired(before.get(i), after.get(i)));
    }
    return paired;
  }

  private static List<Reply> replies(
      Asked asked, AnswerMode mode, List<RetentionItem> items, Progress progress) {
    List<Answer> answers = ask(asked, mode, items, progress);
    List<Reply> replies = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      replies.add(items.get(i).reply(answers.get(i)));
    }
    return replies;
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
