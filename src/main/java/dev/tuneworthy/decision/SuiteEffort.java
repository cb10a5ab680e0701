package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.ChooseForm;
import dev.tuneworthy.suite.SuiteItem;
import dev.tuneworthy.task.Turn;
import java.util.List;

/** What it takes to put items of the baseline suites to the base model and to a tuned one. */
final class SuiteEffort {
  /** Tokens that a model may write; most go on until then. */
  private static final double LONGEST_ANSWER = 48;

  private static final double USUAL_ANSWER = 40;

  /**
   * Share of free answers in which a model that was tuned to answer shortly still answers as it did
   * before; the others are as short as its training's. Of 246 answers in the demo 218 became so.
   */
  private static final double AS_BEFORE = 0.2;

  private final Climb climb;
  private final MachineSpeed speed;
  private final BaselineComparison comparison;
  private final double taskAnswer;

  /**
   * @param taskAnswer tokens of an answer of the task that a model is tuned on
   */
  SuiteEffort(Climb climb, MachineSpeed speed, BaselineComparison comparison, double taskAnswer) {
    this.climb = climb;
    this.taskAnswer = taskAnswer;
    this.speed = speed;
    this.comparison = comparison;
  }

  /**
   * Putting items to the tuned model and to the base model, in both modes.
   *
   * @param split of the items
   * @param suites where they are from
   * @param baseToo whether the base model must be asked what it was not asked before
   */
  Effort both(List<BaselineSuite> suites, String split, boolean baseToo) {
    Effort all = Effort.NONE;
    for (AnswerMode mode : AnswerMode.values()) {
      List<SuiteItem> items = items(suites, split, mode);
      if (!items.isEmpty()) {
        List<Answer> known = comparison.known(climb.bench(), suites, mode);
        int answered = split.equals("test") ? Math.min(known.size(), items.size()) : 0;
        double open = baseToo ? items.size() - answered : 0;
        double before = written(known);
        Asked base = one(items, mode, before);
        all =
            all.plus(one(items, mode, afterTuning(before)).tuned(items.size()))
                .plus(Effort.local(baseToo ? items.size() * base.tokens() : 0, 0))
                .plus(Effort.local(0, speed.seconds(base.work().times(open))));
      }
    }
    return all;
  }

  /** Putting so many items of each mode to a tuned model, as they are on average. */
  Effort sample(double choose, double generate) {
    List<BaselineSuite> suites = climb.request().suites();
    List<SuiteItem> chosen = items(suites, "dev", AnswerMode.CHOOSE);
    List<SuiteItem> free = items(suites, "dev", AnswerMode.GENERATE);
    Effort all = Effort.NONE;
    if (!chosen.isEmpty() && choose > 0) {
      double n = Math.min(choose, chosen.size());
      all = all.plus(one(chosen, AnswerMode.CHOOSE, 0).tuned(n));
    }
    if (!free.isEmpty() && generate > 0) {
      double n = Math.min(generate, free.size());
      all = all.plus(one(free, AnswerMode.GENERATE, afterTuning(USUAL_ANSWER)).tuned(n));
    }
    return all;
  }

  /** How many capabilities there are to sample from. */
  long capabilities(AnswerMode mode) {
    return items(climb.request().suites(), "dev", mode).stream()
        .map(SuiteItem::capability)
        .distinct()
        .count();
  }

  /** One item on average. */
  private final class Asked {
    private final double tokens;
    private final Work work;

    Asked(double tokens, Work work) {
      this.tokens = tokens;
      this.work = work;
    }

    double tokens() {
      return tokens;
    }

    Work work() {
      return work;
    }

    Effort tuned(double items) {
      return Effort.local(items * tokens, speed.opening() + speed.tunedSeconds(work.times(items)));
    }
  }

  private Asked one(List<SuiteItem> items, AnswerMode mode, double written) {
    List<SuiteItem> some = AskingEffort.some(items);
    double n = some.size();
    Bench bench = climb.bench();
    if (mode == AnswerMode.GENERATE) {
      double own =
          AskingEffort.mean(
              some, i -> bench.promptTokens(List.of(Turn.user(i.generate().orElseThrow().chat()))));
      Work work = Work.generating(n, new Work.Length(0, own), written, LONGEST_ANSWER);
      return new Asked(own + written, work.times(1 / n));
    }
    List<ChooseForm> forms = some.stream().map(i -> i.choose().orElseThrow()).toList();
    double context = AskingEffort.mean(forms, form -> bench.countTokens(form.context()));
    double all =
        AskingEffort.mean(
            forms, form -> form.choices().stream().mapToInt(bench::countTokens).sum());
    double choices = AskingEffort.mean(forms, form -> form.choices().size());
    double nodes = Math.max(0, all - choices);
    Work work = Work.choosing(n, new Work.Length(0, context), nodes);
    return new Asked(context + all / choices, work.times(1 / n));
  }

  private double afterTuning(double before) {
    return Math.min(before, AS_BEFORE * before + (1 - AS_BEFORE) * taskAnswer);
  }

  private static double written(List<Answer> known) {
    return known.stream().mapToLong(a -> a.tokens().output()).average().orElse(USUAL_ANSWER);
  }

  private static List<SuiteItem> items(List<BaselineSuite> suites, String split, AnswerMode mode) {
    return suites.stream()
        .flatMap(suite -> suite.items().stream())
        .filter(item -> item.split().equals(split))
        .filter(
            item ->
                mode == AnswerMode.CHOOSE ? item.choose().isPresent() : item.generate().isPresent())
        .toList();
  }
}
