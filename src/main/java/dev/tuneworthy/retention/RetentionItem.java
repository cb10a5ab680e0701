package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.retention.PairedItem.Reply;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.ChooseForm;
import dev.tuneworthy.suite.GenerateForm;
import dev.tuneworthy.suite.SuiteItem;
import dev.tuneworthy.task.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One form of one item: what is asked in one mode.
 *
 * @param capability with the suite's name before it where there are several suites
 */
record RetentionItem(String id, String capability, SuiteItem item, AnswerMode mode) {
  /** What a check lets pass by luck; generous, since the checks differ. */
  private static final double CHANCE_OF_PASSING = 0.05;

  static List<RetentionItem> of(List<BaselineSuite> suites) {
    List<RetentionItem> all = new ArrayList<>();
    for (BaselineSuite suite : suites) {
      String prefix = suites.size() > 1 ? suite.name() + "/" : "";
      for (SuiteItem item : suite.items()) {
        String id = prefix + item.id();
        String capability = prefix + item.capability();
        item.choose()
            .ifPresent(c -> all.add(new RetentionItem(id, capability, item, AnswerMode.CHOOSE)));
        item.generate()
            .ifPresent(g -> all.add(new RetentionItem(id, capability, item, AnswerMode.GENERATE)));
      }
    }
    return all;
  }

  boolean isSplit(String split) {
    return item.split().equals(split);
  }

  Question question() {
    return mode == AnswerMode.CHOOSE
        ? Question.continuation(id, choose().context(), choose().choices())
        : Question.chat(id, List.of(Turn.user(generate().chat())), List.of());
  }

  /** The share right of somebody who guesses. */
  double chance() {
    return mode == AnswerMode.CHOOSE ? 1.0 / choose().choices().size() : CHANCE_OF_PASSING;
  }

  Reply reply(Answer answer) {
    if (answer instanceof Answer.Missing missing) {
      return new Reply(missing.reason(), Optional.empty());
    }
    Answer.Given given = (Answer.Given) answer;
    if (mode == AnswerMode.GENERATE) {
      boolean passes = generate().check().passes(generate().chat(), given.text());
      boolean byForm = generate().check().failsByForm(generate().chat(), given.text());
      return new Reply(given.text(), Optional.of(passes), byForm);
    }
    List<Double> likelihoods = given.logLikelihoods();
    if (likelihoods.size() != choose().choices().size()) {
      return new Reply("no likelihood for each choice", Optional.empty());
    }
    int best = choose().best(likelihoods);
    return new Reply(choose().choices().get(best).strip(), Optional.of(best == choose().answer()));
  }

  PairedItem paired(Reply before, Reply after) {
    String asked = mode == AnswerMode.CHOOSE ? choose().context() : generate().chat();
    return new PairedItem(id, capability, item.cluster(), asked, before, after);
  }

  private ChooseForm choose() {
    return item.choose().orElseThrow();
  }

  private GenerateForm generate() {
    return item.generate().orElseThrow();
  }
}
