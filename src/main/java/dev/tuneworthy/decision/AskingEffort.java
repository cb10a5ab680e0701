package dev.tuneworthy.decision;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.LatencyProbe;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What it takes to put the examples of a task to a model. Lengths are counted with the model's own
 * tokenizer, on some of the examples where there are many.
 */
final class AskingEffort {
  /** Examples whose tokens are counted. */
  private static final int COUNTED = 64;

  /** Requests of a latency probe beside its batch: the warm-up and the single ones. */
  private static final int SINGLY = 3 + LatencyProbe.REQUESTS;

  private static final int TOGETHER = 32;

  /** A request to a remote model, several at a time; a guess. */
  private static final double REMOTE_SECONDS = 0.5;

  /** Share of the longest possible answer that a model writes which was not told how to answer. */
  private static final double UNTOLD = 0.75;

  private final Climb climb;
  private final MachineSpeed speed;
  private final double nodes;
  private final double answer;

  AskingEffort(Climb climb, MachineSpeed speed) {
    this.climb = climb;
    this.speed = speed;
    Task task = climb.task();
    nodes = task.choices().stream().mapToInt(climb.bench()::countTokens).sum();
    answer = 1 + mean(task.split(Split.DEV), e -> climb.bench().countTokens(e.expected()));
  }

  /** Who is asked. */
  enum Who {
    PROMPTED,
    TUNED
  }

  /** Tokens of an example as a candidate's prompt shows it, averaged over a split. */
  Work.Length length(Candidate candidate, Split split) {
    List<Example> some = some(climb.task().split(split));
    double cached = 0;
    double fresh = 0;
    for (Example example : some) {
      TokenUsage usage =
          climb.bench().promptUsage(candidate.question(example, climb.mode()).messages());
      cached += usage.cached();
      fresh += usage.fresh();
    }
    int n = Math.max(1, some.size());
    return new Work.Length(cached / n, fresh / n);
  }

  /** Tokens of a right answer with the end of its turn. */
  double answerTokens() {
    return answer;
  }

  /** Putting so many examples to a model once, the start of the prompt read first. */
  Effort trial(double examples, Work.Length length, Who who, boolean shown) {
    if (examples <= 0) {
      return Effort.NONE;
    }
    double written = written(shown || who == Who.TUNED);
    Work work =
        Work.prefix(length.prefix())
            .plus(
                climb.mode() == AnswerMode.CHOOSE
                    ? Work.choosing(examples, length, nodes)
                    : Work.generating(examples, length, written, longest(written)));
    return effort(examples, length, written, who, work);
  }

  /** Timing a candidate: single requests, then a batch. */
  Effort timing(Work.Length length, Who who, boolean shown) {
    double written = written(shown || who == Who.TUNED);
    double together = Math.min(TOGETHER, climb.task().split(Split.TEST).size());
    Work work =
        climb.mode() == AnswerMode.CHOOSE
            ? Work.choosingSingly(SINGLY, length, nodes)
                .plus(Work.choosing(together, length, nodes))
            : Work.generatingSingly(SINGLY, length, written)
                .plus(Work.generating(together, length, written, longest(written)));
    return effort(SINGLY + together, length, written, who, work);
  }

  private Effort effort(double requests, Work.Length length, double written, Who who, Work work) {
    double tokens = requests * (length.all() + written);
    if (who == Who.TUNED) {
      return Effort.local(tokens, speed.opening() + speed.tunedSeconds(work));
    }
    if (!climb.prompt().ref().remote()) {
      return Effort.local(tokens, speed.seconds(work));
    }
    return new Effort(
        tokens,
        requests * REMOTE_SECONDS,
        requests * length.prefix(),
        requests * length.own(),
        requests * written);
  }

  /** Tokens of an answer; a model that was shown none goes on for longer. */
  private double written(boolean told) {
    if (climb.mode() == AnswerMode.CHOOSE || told) {
      return answer;
    }
    return Math.max(answer, UNTOLD * climb.decoding().maxTokens());
  }

  private double longest(double written) {
    return Math.min(climb.decoding().maxTokens(), 1.5 * written);
  }

  /** Evenly spread ones where there are many. */
  static <T> List<T> some(List<T> all) {
    int n = Math.min(COUNTED, all.size());
    return IntStream.range(0, n).mapToObj(i -> all.get((int) ((long) i * all.size() / n))).toList();
  }

  static <T> double mean(List<T> all, ToDoubleFunction<T> what) {
    return some(all).stream().mapToDouble(what).average().orElse(0);
  }
}
