package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.retention.PairedItem.Reply;
import dev.tuneworthy.suite.BaselineSuite;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks the base model and the tuned one the test items of baseline suites, in both modes, and the
 * reserve of each capability that seems to have dropped, where the gate is still open. Answers go
 * through the result cache, so that the base model is measured once, whatever is tuned from it, and
 * an interrupted check goes on where it stopped. Each model is open only while it is asked, never
 * both at once.
 */
public final class RetentionCheck {
  /** Enough for every check of the suites; more would only cost time. */
  static final Decoding DECODING = Decoding.greedy(48);

  private final QuestionRunner ofBase;
  private final QuestionRunner ofTuned;
  private final Set<AnswerMode> modes;

  public RetentionCheck(QuestionRunner questions) {
    this(questions, questions);
  }

  /**
   * @param ofBase asks the base model; on a cache that decisions share, it is measured once for all
   * @param ofTuned asks the tuned one
   */
  public RetentionCheck(QuestionRunner ofBase, QuestionRunner ofTuned) {
    this(ofBase, ofTuned, EnumSet.allOf(AnswerMode.class));
  }

  private RetentionCheck(QuestionRunner ofBase, QuestionRunner ofTuned, Set<AnswerMode> modes) {
    this.ofBase = ofBase;
    this.ofTuned = ofTuned;
    this.modes = modes;
  }

  /** A check by free answers alone, for models that give no likelihoods. */
  public static RetentionCheck byFreeAnswers(QuestionRunner questions) {
    return new RetentionCheck(questions, questions, EnumSet.of(AnswerMode.GENERATE));
  }

  /**
   * One of the two models.
   *
   * @param name for progress, as {@code base} or a candidate's id
   * @param fingerprint hash of whatever determines its answers: checkpoint, adapter, scale
   * @param open opens it; closed here
   */
  public record Subject(String name, String fingerprint, Supplier<Answerer> open) {}

  /**
   * Measures. Choose items are scored by the summed log-likelihood of each continuation, also where
   * these differ in tokens.
   *
   * @param limits say when the reserve is drawn
   */
  public RetentionMeasurement run(
      Subject base,
      Subject tuned,
      List<BaselineSuite> suites,
      RetentionLimits limits,
      Progress progress) {
    List<RetentionItem> items =
        RetentionItem.of(suites).stream().filter(item -> modes.contains(item.mode())).toList();
    List<RetentionItem> test = items.stream().filter(item -> item.isSplit("test")).toList();
    Map<RetentionItem, Reply> before = ask(ofBase, base, test, progress);
    Map<RetentionItem, Reply> after = ask(ofTuned, tuned, test, progress);
    List<RetentionItem> drawn =
        items.stream()
            .filter(item -> item.isSplit("reserve"))
            .filter(alarmed(test, before, after, limits))
            .toList();
    before.putAll(ask(ofBase, base, drawn, progress));
    after.putAll(ask(ofTuned, tuned, drawn, progress));

    List<RetentionMeasurement.Mode> modes = new ArrayList<>();
    for (AnswerMode mode : AnswerMode.values()) {
      List<RetentionMeasurement.Capability> capabilities = new ArrayList<>();
      byCapability(items, mode)
          .forEach((name, its) -> capabilities.add(capability(name, its, before, after)));
      if (!capabilities.isEmpty()) {
        modes.add(new RetentionMeasurement.Mode(mode, capabilities));
      }
    }
    return new RetentionMeasurement(modes);
  }

  /**
   * Asks the base model alone the dev and test items, in both modes. The answers to test items are
   * those that a later {@link #run} finds in the cache.
   *
   * @return capability after capability, choose before generate
   */
  public List<BaseStanding> standing(Subject base, List<BaselineSuite> suites, Progress progress) {
    List<RetentionItem> items =
        RetentionItem.of(suites).stream().filter(item -> !item.isSplit("reserve")).toList();
    Map<RetentionItem, Reply> replies = ask(ofBase, base, items, progress);
    List<BaseStanding> standings = new ArrayList<>();
    for (AnswerMode mode : AnswerMode.values()) {
      byCapability(items, mode)
          .forEach(
              (name, its) -> {
                List<Boolean> known =
                    its.stream().flatMap(item -> replies.get(item).right().stream()).toList();
                int right = (int) known.stream().filter(r -> r).count();
                double chance =
                    its.stream().mapToDouble(RetentionItem::chance).average().orElseThrow();
                standings.add(new BaseStanding(name, mode, known.size(), right, chance));
              });
    }
    standings.sort(Comparator.comparing(BaseStanding::capability));
    return standings;
  }

  /** What a model has answered to the test items of suites in a mode, by the cache. */
  public List<Answer> known(Subject subject, List<BaselineSuite> suites, AnswerMode mode) {
    List<Question> asked =
        RetentionItem.of(suites).stream()
            .filter(item -> item.mode() == mode && item.isSplit("test"))
            .map(RetentionItem::question)
            .toList();
    return ofBase.known(
        new QuestionRunner.Batch(subject.fingerprint(), asked, mode, DECODING, subject.open()));
  }

  private static Predicate<RetentionItem> alarmed(
      List<RetentionItem> test,
      Map<RetentionItem, Reply> before,
      Map<RetentionItem, Reply> after,
      RetentionLimits limits) {
    Map<AnswerMode, Set<String>> alarmed = new EnumMap<>(AnswerMode.class);
    for (AnswerMode mode : AnswerMode.values()) {
      List<RetentionMeasurement.Capability> capabilities = new ArrayList<>();
      byCapability(test, mode)
          .forEach((name, its) -> capabilities.add(capability(name, its, before, after)));
      alarmed.put(
          mode, RetentionRule.alarmed(new RetentionMeasurement.Mode(mode, capabilities), limits));
    }
    return item -> alarmed.get(item.mode()).contains(item.capability());
  }

  private static Map<String, List<RetentionItem>> byCapability(
      List<RetentionItem> items, AnswerMode mode) {
    Map<String, List<RetentionItem>> grouped = new LinkedHashMap<>();
    items.stream()
        .filter(item -> item.mode() == mode)
        .forEach(
            item -> grouped.computeIfAbsent(item.capability(), c -> new ArrayList<>()).add(item));
    return grouped;
  }

  private static RetentionMeasurement.Capability capability(
      String name,
      List<RetentionItem> items,
      Map<RetentionItem, Reply> before,
      Map<RetentionItem, Reply> after) {
    List<PairedItem> test = new ArrayList<>();
    List<PairedItem> drawn = new ArrayList<>();
    int reserve = 0;
    for (RetentionItem item : items) {
      reserve += item.isSplit("reserve") ? 1 : 0;
      if (before.containsKey(item)) {
        (item.isSplit("test") ? test : drawn).add(item.paired(before.get(item), after.get(item)));
      }
    }
    double chance = items.stream().mapToDouble(RetentionItem::chance).average().orElseThrow();
    return new RetentionMeasurement.Capability(name, chance, test, drawn, reserve);
  }

  private static Map<RetentionItem, Reply> ask(
      QuestionRunner questions, Subject subject, List<RetentionItem> items, Progress progress) {
    Map<RetentionItem, Reply> replies = new LinkedHashMap<>();
    try (SharedAnswerer model = new SharedAnswerer(subject.open())) {
      for (AnswerMode mode : AnswerMode.values()) {
        List<RetentionItem> its = items.stream().filter(item -> item.mode() == mode).toList();
        if (!its.isEmpty()) {
          List<Question> asked = its.stream().map(RetentionItem::question).toList();
          List<Answer> answers =
              questions.answer(
                  new QuestionRunner.Batch(
                      subject.fingerprint(), asked, mode, DECODING, model::view),
                  "retention",
                  subject.name() + ", " + mode.label(),
                  progress);
          for (int i = 0; i < its.size(); i++) {
            replies.put(its.get(i), its.get(i).reply(answers.get(i)));
          }
        }
      }
    }
    return replies;
  }
}
