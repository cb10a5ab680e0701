package dev.tuneworthy.suite;

import java.util.List;

/**
 * Plain text and its continuations, scored by summed log-likelihood.
 *
 * @param context text before the choices, without a chat template
 * @param choices continuations, each with its leading space where one belongs
 * @param answer index of the right choice
 * @param normalised whether a choice's likelihood is divided by its length in characters, less
 *     leading white space, before the best is taken; lm-evaluation-harness calls that acc_norm
 */
public record ChooseForm(String context, List<String> choices, int answer, boolean normalised) {
  public ChooseForm {
    choices = List.copyOf(choices);
    if (choices.size() < 2 || answer < 0 || answer >= choices.size()) {
      throw new IllegalArgumentException(
          "answer " + answer + " is not one of " + choices.size() + " choices");
    }
  }

  /**
   * Index of the choice that the likelihoods speak for; where two tie, the first.
   *
   * @param logLikelihoods summed over the tokens of each choice
   */
  public int best(List<Double> logLikelihoods) {
    int best = 0;
    for (int i = 1; i < choices.size(); i++) {
      best = value(i, logLikelihoods) > value(best, logLikelihoods) ? i : best;
    }
    return best;
  }

  private double value(int choice, List<Double> logLikelihoods) {
    double summed = logLikelihoods.get(choice);
    if (!normalised) {
      return summed;
    }
    String text = choices.get(choice).stripLeading();
    return summed / Math.max(1, text.codePointCount(0, text.length()));
  }
}
