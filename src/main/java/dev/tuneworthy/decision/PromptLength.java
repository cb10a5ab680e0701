package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.task.Split;
import java.util.Comparator;
import java.util.List;

/** How many tokens the longest question of a prompt has. */
final class PromptLength {
  /** Examples of a split that are looked at where each question has its own demonstrations. */
  private static final int MOST = 500;

  private final Climb climb;

  PromptLength(Climb climb) {
    this.climb = climb;
  }

  /** Over dev and test; of the question with the most characters in each. */
  int longest(PromptCandidate candidate) {
    return List.of(Split.DEV, Split.TEST).stream()
        .mapToInt(split -> longest(candidate, split))
        .max()
        .orElse(0);
  }

  private int longest(PromptCandidate candidate, Split split) {
    return climb.task().split(split).stream()
        .limit(candidate.perQuestion() ? MOST : Integer.MAX_VALUE)
        .map(example -> candidate.question(example, climb.mode()))
        .max(Comparator.comparingInt(PromptLength::characters))
        .map(widest -> climb.bench().promptTokens(widest.messages()))
        .orElse(0);
  }

  private static int characters(Question question) {
    return question.messages().stream().mapToInt(turn -> turn.content().length()).sum();
  }
}
