package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.evaluation.TrialRunner;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One decision under way: what every rung works with and adds to. Made by {@link DecisionLadder};
 * used by one thread.
 */
final class Climb {
  private final DecisionRequest request;
  private final Scene scene;
  private final Books books;
  private final Progress caller;
  private final Setting setting;
  private final TrialLog trials;
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, Object> findings = new LinkedHashMap<>();

  /**
   * The models, the folder and the machine.
   *
   * @param today from which the horizon counts
   * @param testLook writes down that test is looked at
   */
  record Scene(
      Bench bench,
      PromptModel prompt,
      DecisionFolder folder,
      Machine machine,
      LocalDate today,
      Supplier<TestLedger.Look> testLook) {}

  /** What keeps the accounts. */
  record Books(Journal journal, Spending spending, Budget budget, Rungs rungs) {}

  /**
   * How every candidate is asked.
   *
   * @param prompted runs prompts
   * @param tuned runs tuned candidates on test
   * @param devChecks runs them on dev, where a training that goes on does not ask again; so their
   *     tokens are kept in the journal
   */
  record Setting(
      AnswerMode mode,
      Decoding decoding,
      TrialRunner prompted,
      TrialRunner tuned,
      TrialRunner devChecks) {}

  Climb(DecisionRequest request, Scene scene, Books books, Setting setting, Progress caller) {
    this.request = request;
    this.scene = scene;
    this.books = books;
    this.setting = setting;
    this.caller = caller;
    this.trials = new TrialLog(request.task());
  }

  DecisionRequest request() {
    return request;
  }

  Task task() {
    return request.task();
  }

  Bench bench() {
    return scene.bench();
  }

  PromptModel prompt() {
    return scene.prompt();
  }

  DecisionFolder folder() {
    return scene.folder();
  }

  Machine machine() {
    return scene.machine();
  }

  LocalDate today() {
    return scene.today();
  }

  /** Writes down, before any finalist meets test, that it is looked at; says if it is not new. */
  void lookAtTest() {
    TestLedger.Look look = scene.testLook().get();
    look.warning().ifPresent(this::warn);
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("data", look.data());
    told.put("number", look.number());
    told.put("earlier", look.earlier());
    findings.put(TestLedger.FINDING, told);
  }

  Journal journal() {
    return books.journal();
  }

  Spending spending() {
    return books.spending();
  }

  Budget budget() {
    return books.budget();
  }

  Rungs rungs() {
    return books.rungs();
  }

  AnswerMode mode() {
    return setting.mode();
  }

  Decoding decoding() {
    return setting.decoding();
  }

  TrialLog trials() {
    return trials;
  }

  /** Sentences for the record, each once. */
  List<String> warnings() {
    return warnings;
  }

  void warn(String sentence) {
    if (!warnings.contains(sentence)) {
      warnings.add(sentence);
    }
  }

  /** What rungs found out that goes into the provenance, by name. */
  Map<String, Object> findings() {
    return findings;
  }

  /** Runs a candidate and keeps the trial. */
  Trial trial(Candidate candidate, Split split, List<Example> examples) {
    Trial trial = aside(candidate, split, examples);
    trials.add(trial, examples, candidate.fingerprint());
    return trial;
  }

  /** Runs what is no candidate of the decision: its tokens count, its trial is not kept. */
  Trial aside(Candidate candidate, Split split, List<Example> examples) {
    boolean tuned = candidate.approach().tuned();
    boolean devCheck = tuned && split == Split.DEV;
    TrialRunner runner =
        devCheck ? setting.devChecks() : tuned ? setting.tuned() : setting.prompted();
    check(0);
    Trial trial =
        runner.run(
            candidate, task(), split, examples, setting.mode(), setting.decoding(), progress());
    if (devCheck) {
      count(candidate.fingerprint(), trial.tokens().total());
    }
    return trial;
  }

  /** Counts the tokens of work that is not done again when the rung under way goes on. */
  void count(String work, long tokens) {
    books.journal().count(books.rungs().current() + "/" + work, tokens);
  }

  /** Passes steps on and ends the work when the budget is used up. */
  Progress progress() {
    return step -> report(step, 0);
  }

  /** The same where the steps' tokens are not counted otherwise while the work goes on. */
  Progress trainingProgress() {
    return step -> report(step, step.tokens());
  }

  private void report(Progress.Step step, long underWay) {
    books.journal().tick();
    caller.report(step);
    check(underWay);
  }

  /**
   * Ends the rung under way if nothing more may be spent now.
   *
   * @param underWay tokens of a piece of work that are not counted yet
   * @throws BudgetReached if so
   */
  void check(long underWay) {
    try {
      books.budget().check(underWay);
    } catch (BudgetReached reached) {
      books.rungs().cut(reached.getMessage());
      throw reached;
    }
  }
}
