package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.retention.RetentionSample.Asked;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prose that has nothing to do with any task, and how well a model predicts it, in bits a byte of
 * UTF-8: a measure that compares models whatever their tokens. The text is cut into windows; each
 * is predicted from what stands before it, and the first from nothing is left out.
 */
public final class NeutralText {
  /** Characters that a window is predicted from. */
  private static final int CONTEXT = 400;

  /** Characters of a window. */
  private static final int WINDOW = 600;

  private final List<Question> windows;
  private final long bytes;

  private NeutralText(List<Question> windows, long bytes) {
    this.windows = windows;
    this.bytes = bytes;
  }

  /**
   * Cuts a text at its spaces.
   *
   * @throws IllegalArgumentException if it is too short for one window
   */
  public static NeutralText of(String prose) {
    String text = prose.strip().replaceAll("\\s+", " ");
    List<Question> windows = new ArrayList<>();
    long bytes = 0;
    int start = atSpace(text, Math.min(CONTEXT, text.length()));
    while (start < text.length()) {
      int end = atSpace(text, Math.min(text.length(), start + WINDOW));
      int from = atSpace(text, Math.max(0, start - CONTEXT));
      String context = text.substring(from, start).strip();
      String window = text.substring(start, end);
      windows.add(Question.continuation("window-" + windows.size(), context, List.of(window)));
      bytes += window.getBytes(StandardCharsets.UTF_8).length;
      start = end;
    }
    if (windows.isEmpty()) {
      throw new IllegalArgumentException(
          "a neutral text has more than " + CONTEXT + " characters, not " + text.length());
    }
    return new NeutralText(windows, bytes);
  }

  /** The next space from a place on, or the end; a window starts with its space. */
  private static int atSpace(String text, int from) {
    if (from == 0) {
      return 0;
    }
    int space = text.indexOf(' ', from);
    return space < 0 ? text.length() : space;
  }

  /** Bits a byte; empty if a window was not answered. */
  public Optional<Double> bitsPerByte(Asked asked, Progress progress) {
    List<Answer> answers =
        asked
            .questions()
            .answer(
                new QuestionRunner.Batch(
                    asked.subject().fingerprint(),
                    windows,
                    AnswerMode.CHOOSE,
                    RetentionCheck.DECODING,
                    asked.subject().open()),
                "retention",
                asked.subject().name() + ", prose",
                progress);
    double nats = 0;
    for (Answer answer : answers) {
      if (!(answer instanceof Answer.Given given) || given.logLikelihoods().size() != 1) {
        return Optional.empty();
      }
      nats -= given.logLikelihoods().get(0);
    }
    return Optional.of(nats / Math.log(2) / bytes);
  }
}
