package dev.tuneworthy.suite;

import java.util.List;

/**
 * Plain text and its continuations, scored by summed log-likelihood.
 *
 * @param context text before the choices, without a chat template
 * @param choices continuations, each with its leading space where one belongs
 * @param answer index of the right choice
 */
public record ChooseForm(String context, List<String> choices, int answer) {
  public ChooseForm {
    choices = List.copyOf(choices);
    if (choices.size() < 2 || answer < 0 || answer >= choices.size()) {
      throw new IllegalArgumentException(
          "answer " + answer + " is not one of " + choices.size() + " choices");
    }
  }
}
