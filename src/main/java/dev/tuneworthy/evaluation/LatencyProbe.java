package dev.tuneworthy.evaluation;

import dev.tuneworthy.task.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Times a candidate: single requests one after another for the latency, then a batch for the
 * throughput. The result cache is not consulted. The first requests are not counted: they load
 * weights, fill the prefix cache and open connections, which production does once.
 */
public final class LatencyProbe {
  /** Fewest single requests; with them the 95th percentile is the third largest. */
  public static final int REQUESTS = 50;

  private static final int WARM_UP = 3;
  private static final int BATCH = 32;

  private final LongSupplier nanoClock;

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  public LatencyProbe(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * What was measured.
   *
   * @param latency of the requests that were answered; empty if none was
   * @param requestsPerSecond of a batch; empty if none of it was answered
   */
  public record Timing(Optional<Latency> latency, OptionalDouble requestsPerSecond) {}

  /**
   * Measures at least {@value #REQUESTS} single requests and one batch of at most {@value #BATCH}.
   *
   * @param examples asked in turn, from the start again where there are too few
   */
  public Timing measure(
      Candidate candidate,
      List<Example> examples,
      AnswerMode mode,
      Decoding decoding,
      Progress progress) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("no examples to time " + candidate.id() + " with");
    }
    List<Question> questions = examples.stream().map(e -> candidate.question(e, mode)).toList();
    try (Answerer model = candidate.open()) {
      for (int i = 0; i < WARM_UP; i++) {
        ask(model, List.of(questions.get(i % questions.size())), mode, decoding);
      }
      Optional<Latency> latency =
          singles(model, questions, mode, decoding, new Steps(progress, candidate.id()));
      return new Timing(latency, throughput(model, questions, mode, decoding));
    }
  }

  private Optional<Latency> singles(
      Answerer model, List<Question> questions, AnswerMode mode, Decoding decoding, Steps steps) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      Question question = questions.get((WARM_UP + i) % questions.size());
      long start = nanoClock.getAsLong();
      Answer answer = ask(model, List.of(question), mode, decoding).get(0);
      long taken = nanoClock.getAsLong() - start;
      if (answer instanceof Answer.Given) {
        nanos.add(taken);
      }
      steps.done(i + 1, answer.tokens().total());
    }
    String note = model.model().remote() ? "network included" : "";
    return nanos.isEmpty() ? Optional.empty() : Optional.of(Latency.of(nanos, note));
  }

  private OptionalDouble throughput(
      Answerer model, List<Question> questions, AnswerMode mode, Decoding decoding) {
    List<Question> batch = questions.subList(0, Math.min(BATCH, questions.size()));
    long start = nanoClock.getAsLong();
    long answered =
        ask(model, batch, mode, decoding).stream().filter(a -> a instanceof Answer.Given).count();
    long taken = nanoClock.getAsLong() - start;
    return answered == 0 || taken <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(answered * 1e9 / taken);
  }

  private static List<Answer> ask(
      Answerer model, List<Question> questions, AnswerMode mode, Decoding decoding) {
    return mode == AnswerMode.CHOOSE
        ? model.choose(questions, n -> {})
        : model.generate(questions, decoding, n -> {});
  }

  private static final class Steps {
    private final Progress progress;
    private final String what;
    private long tokens;

    Steps(Progress progress, String what) {
      this.progress = progress;
      this.what = what;
    }

    void done(int n, long more) {
      tokens += more;
      if (n % 10 == 0) {
        progress.report(new Progress.Step("latency", what, n, REQUESTS, tokens));
      }
    }
  }
}
