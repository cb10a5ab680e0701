package dev.tuneworthy.evaluation;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.scoring.Outcome;
import dev.tuneworthy.scoring.Scorer;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evaluates every candidate alike: the same items in the same order, the same scorer, through the
 * same cache. A question without an answer is a failure, never a wrong answer.
 */
public final class TrialRunner {
  private final QuestionRunner questions;
  private final Scorer scorer;

  public TrialRunner(QuestionRunner questions, Scorer scorer) {
    this.questions = questions;
    this.scorer = scorer;
  }

  /**
   * Runs one candidate over one split.
   *
   * @param decoding has no effect in choose mode
   * @throws ServiceException {@code BAD_TASK} if the split is empty, or whatever the model or
   *     {@code progress} throws; what was answered until then is in the cache
   */
  public Trial run(
      Candidate candidate,
      Task task,
      Split split,
      AnswerMode mode,
      Decoding decoding,
      Progress progress) {
    return run(candidate, task, split, task.split(split), mode, decoding, progress);
  }

  /**
   * As {@link #run(Candidate, Task, Split, AnswerMode, Decoding, Progress)}, on some of a split.
   */
  public Trial run(
      Candidate candidate,
      Task task,
      Split split,
      List<Example> examples,
      AnswerMode mode,
      Decoding decoding,
      Progress progress) {
    if (examples.isEmpty()) {
      throw ServiceException.of(
          ErrorCode.BAD_TASK,
          "task " + task.name(),
          "examples in split " + split.label(),
          "none",
          "Add some, or evaluate on another split.");
    }
    if (mode == AnswerMode.CHOOSE && !task.closed()) {
      throw new IllegalArgumentException("task " + task.name() + " has no choices to choose from");
    }
    List<Question> asked = examples.stream().map(e -> candidate.question(e, mode)).toList();
    Asking asking = new Asking(candidate, split, mode, decoding, progress);
    ChoiceOffsets offsets =
        mode == AnswerMode.CHOOSE && !candidate.calibrationQuestions().isEmpty()
            ? ChoiceOffsets.fit(asking.answers(candidate.calibrationQuestions()))
            : ChoiceOffsets.NONE;
    List<Answer> answers = asking.answers(asked);
    List<ItemResult> results = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      results.add(judge(examples.get(i), answers.get(i), offsets, asked.get(i).choices()));
    }
    return new Trial(
        candidate.id(), candidate.approach(), candidate.model(), split, mode, results, offsets);
  }

  /** How one candidate is asked in one trial. */
  private final class Asking {
    private final Candidate candidate;
    private final Split split;
    private final AnswerMode mode;
    private final Decoding decoding;
    private final Progress progress;

    Asking(
        Candidate candidate, Split split, AnswerMode mode, Decoding decoding, Progress progress) {
      this.candidate = candidate;
      this.split = split;
      this.mode = mode;
      this.decoding = decoding;
      this.progress = progress;
    }

    List<Answer> answers(List<Question> asked) {
      return questions.answer(
          new QuestionRunner.Batch(candidate.fingerprint(), asked, mode, decoding, candidate::open),
          rung(candidate, split),
          candidate.id(),
          progress);
    }
  }

  private ItemResult judge(
      Example example, Answer raw, ChoiceOffsets offsets, List<String> choices) {
    Answer answer = offsets.apply(raw, choices);
    if (answer instanceof Answer.Missing missing) {
      return new ItemResult(
          example.id(), "", new Outcome.Failed(missing.reason()), answer.tokens());
    }
    Answer.Given given = (Answer.Given) answer;
    return new ItemResult(
        example.id(),
        given.text(),
        scorer.score(example, given.text()),
        given.tokens(),
        belief(offsets.probabilities(given), choices, given.text(), example.expected()));
  }

  /** Empty where an answer or what is expected is no choice. */
  private static Optional<Belief> belief(
      List<Double> probabilities, List<String> choices, String answered, String expected) {
    int taken = choices.indexOf(answered);
    int right = choices.indexOf(expected);
    return taken < 0 || right < 0 || probabilities.size() != choices.size()
        ? Optional.empty()
        : Optional.of(new Belief(probabilities.get(taken), probabilities.get(right)));
  }

  private static String rung(Candidate candidate, Split split) {
    if (split == Split.TEST) {
      return "confirm";
    }
    return candidate.approach().tuned() ? "tune" : "prompt";
  }
}
