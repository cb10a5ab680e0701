package dev.tuneworthy.evaluation;

import dev.tuneworthy.cost.TokenUsage;
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
   * @param millis of each of them, in the order in which they were put
   * @param requestsPerSecond of a batch; empty if none of it was answered
   * @param tokens of everything that was asked
   */
  public record Timing(
      Optional<Latency> latency,
      List<Double> millis,
      OptionalDouble requestsPerSecond,
      TokenUsage tokens) {
    public Timing {
      millis = List.copyOf(millis);
    }
  }

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
      Steps steps = new Steps(progress, candidate.id());
      for (int i = 0; i < WARM_UP; i++) {
        Question question = questions.get(i % questions.size());
        steps.count(ask(model, List.of(question), mode, decoding));
      }
      List<Long> nanos = singles(model, questions, mode, decoding, steps);
      String note = model.model().remote() ? "network included" : "";
      OptionalDouble perSecond = throughput(model, questions, mode, decoding, steps);
      return new Timing(
          nanos.isEmpty() ? Optional.empty() : Optional.of(Latency.of(nanos, note)),
          nanos.stream().map(n -> n / 1e6).toList(),
          perSecond,
          steps.tokens);
    }
  }

  private List<Long> singles(
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
      steps.count(List.of(answer));
      steps.done(i + 1);
    }
    return nanos;
  }

  private OptionalDouble throughput(
      Answerer model, List<Question> questions, AnswerMode mode, Decoding decoding, Steps steps) {
    List<Question> batch = questions.subList(0, Math.min(BATCH, questions.size()));
    long start = nanoClock.getAsLong();
    List<Answer> answers = ask(model, batch, mode, decoding);
    long taken = nanoClock.getAsLong() - start;
    steps.count(answers);
    long answered = answers.stream().filter(a -> a instanceof Answer.Given).count();
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
    private TokenUsage tokens = TokenUsage.NONE;

    Steps(Progress progress, String what) {
      this.progress = progress;
      this.what = what;
    }

    void count(List<Answer> answers) {
      for (Answer answer : answers) {
        tokens = tokens.plus(answer.tokens());
      }
    }

    void done(int n) {
      if (n % 10 == 0) {
        progress.report(new Progress.Step("latency", what, n, REQUESTS, tokens.total()));
      }
    }
  }
}
