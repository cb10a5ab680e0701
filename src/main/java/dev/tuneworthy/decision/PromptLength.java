package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.task.Split;
import java.util.Comparator;
import java.util.List;

/** Whether the questions of a prompt fit the context of the local model. */
final class PromptLength {
  /** Examples of a split that are looked at where each question has its own demonstrations. */
  private static final int MOST = 500;

  private final Climb climb;

  PromptLength(Climb climb) {
    this.climb = climb;
  }

  /** Whether the longest question of dev or test still fits, answer included. */
  boolean fits(PromptCandidate candidate) {
    if (candidate.model().remote()) {
      return true; // its context is not known here; what does not fit is counted as failed
    }
    return longest(candidate) + climb.decoding().maxTokens() <= climb.bench().contextLength();
  }

  /** Over dev and test; of the question with the most characters in each. */
  private int longest(PromptCandidate candidate) {
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
