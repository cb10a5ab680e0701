package dev.tuneworthy.evaluation;

import dev.tuneworthy.cost.TokenUsage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Puts questions to a model through the result cache. What the cache does not hold is asked in
 * slices, and each slice is kept on disk before the next one starts. A model is opened only if
 * there is something to ask. Not safe for use by several threads.
 */
public final class QuestionRunner {
  /** Questions a slice: enough to fill a batch, few enough that an interruption waits seconds. */
  static final int SLICE = 32;

  private static final long BETWEEN_REPORTS_NANOS = 250_000_000L;

  private final ResultCache cache;
  private final LongSupplier nanoClock;
  private final Set<String> counted = new HashSet<>();
  private TokenUsage spent = TokenUsage.NONE;
  private TokenUsage used = TokenUsage.NONE;

  /**
   * @param nanoClock as {@link System#nanoTime}; paces the reports
   */
  public QuestionRunner(ResultCache cache, LongSupplier nanoClock) {
    this.cache = cache;
    this.nanoClock = nanoClock;
  }

  /**
   * What to ask.
   *
   * @param fingerprint of whatever determines the answers besides the questions
   * @param decoding has no effect in choose mode
   * @param model opened at most once and closed
   */
  public record Batch(
      String fingerprint,
      List<Question> questions,
      AnswerMode mode,
      Decoding decoding,
      Supplier<Answerer> model) {
    public Batch {
      questions = List.copyOf(questions);
    }
  }

  /**
   * One answer for each question, in order. An exception from {@code progress} takes effect when
   * the slice under way is on disk, so nothing that was answered (and paid for) is lost.
   *
   * @param rung and {@code what} go into each step that is reported
   */
  public List<Answer> answer(Batch batch, String rung, String what, Progress progress) {
    List<Optional<Answer>> answers = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    for (Question question : batch.questions()) {
      String key = key(batch, question);
      Optional<Answer> found = cache.find(key).map(Answer.class::cast);
      found.ifPresent(answer -> count(key, answer));
      if (found.isEmpty()) {
        open.add(answers.size());
      }
      answers.add(found);
    }
    Pace pace = new Pace(progress, rung, what, batch.questions().size());
    pace.done(batch.questions().size() - open.size());
    if (!open.isEmpty()) {
      try (Answerer model = batch.model().get()) {
        for (int from = 0; from < open.size(); from += SLICE) {
          List<Integer> slice = open.subList(from, Math.min(open.size(), from + SLICE));
          List<Answer> fresh = ask(model, batch, slice, pace);
          for (int i = 0; i < slice.size(); i++) {
            answers.set(slice.get(i), Optional.of(fresh.get(i)));
          }
          pace.done(answers.size() - open.size() + from + slice.size());
        }
      }
    }
    return answers.stream().map(Optional::orElseThrow).toList();
  }

  /** The answers that the cache holds already; nothing is asked and nothing counted. */
  public List<Answer> known(Batch batch) {
    return batch.questions().stream()
        .flatMap(question -> cache.find(key(batch, question)).stream())
        .map(Answer.class::cast)
        .toList();
  }

  /** Tokens of everything asked so far that the cache did not hold. */
  public TokenUsage spent() {
    return spent;
  }

  /**
   * Tokens of every answer given so far, whether asked or found in the cache, each counted once:
   * the same for a run that was interrupted and one that was not.
   */
  public TokenUsage used() {
    return used;
  }

  private void count(String key, Answer answer) {
    if (counted.add(key)) {
      used = used.plus(answer.tokens());
    }
  }

  private List<Answer> ask(Answerer model, Batch batch, List<Integer> slice, Pace pace) {
    List<Question> questions = slice.stream().map(batch.questions()::get).toList();
    int before = pace.done;
    List<Answer> answers =
        batch.mode() == AnswerMode.CHOOSE
            ? model.choose(questions, n -> pace.within(before + n))
            : model.generate(questions, batch.decoding(), n -> pace.within(before + n));
    if (answers.size() != questions.size()) {
      throw new IllegalStateException(
          model.model().id() + " gave " + answers.size() + " answers to " + questions.size());
    }
    answers = answers.stream().map(QuestionRunner::finite).toList();
    for (int i = 0; i < answers.size(); i++) {
      String key = key(batch, questions.get(i));
      cache.put(key, answers.get(i));
      count(key, answers.get(i));
      spent = spent.plus(answers.get(i).tokens());
      pace.tokens += answers.get(i).tokens().total();
    }
    cache.flush();
    return answers;
  }

  /** A likelihood that is not a number chooses nothing: no answer rather than a wrong one. */
  private static Answer finite(Answer answer) {
    return answer instanceof Answer.Given given
            && given.logLikelihoods().stream().anyMatch(v -> !Double.isFinite(v))
        ? new Answer.Missing("the model gave a likelihood that is not a number", given.tokens())
        : answer;
  }

  private static String key(Batch batch, Question question) {
    return ResultCache.key(batch.fingerprint(), question, batch.mode(), batch.decoding());
  }

  /** Passes progress on, a few times a second at most, and holds its exceptions within a slice. */
  private final class Pace {
    private final Progress progress;
    private final String rung;
    private final String what;
    private final int total;
    private long last = nanoClock.getAsLong() - BETWEEN_REPORTS_NANOS;
    private int done;
    private long tokens;
    private Optional<RuntimeException> held = Optional.empty();

    Pace(Progress progress, String rung, String what, int total) {
      this.progress = progress;
      this.rung = rung;
      this.what = what;
      this.total = total;
    }

    void within(int now) {
      if (held.isEmpty() && nanoClock.getAsLong() - last >= BETWEEN_REPORTS_NANOS) {
        try {
          report(now);
        } catch (RuntimeException e) {
          held = Optional.of(e);
        }
      }
    }

    void done(int now) {
      done = now;
      if (held.isPresent()) {
        throw held.get();
      }
      report(now);
    }

    private void report(int now) {
      last = nanoClock.getAsLong();
      progress.report(new Progress.Step(rung, what, now, total, tokens));
    }
  }
}
