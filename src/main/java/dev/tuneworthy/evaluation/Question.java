package dev.tuneworthy.evaluation;

import dev.tuneworthy.task.Turn;
import java.util.List;

/**
 * What a model is asked.
 *
 * @param id of the item, unique within a trial
 * @param messages the conversation for the chat template; empty when {@code text} is used
 * @param text plain text to continue without a chat template; empty when {@code messages} is used
 * @param choices the closed set of answers in {@link AnswerMode#CHOOSE}; empty in generate mode
 */
public record Question(String id, List<Turn> messages, String text, List<String> choices) {
  public Question {
    messages = List.copyOf(messages);
    choices = List.copyOf(choices);
    if (messages.isEmpty() == text.isEmpty()) {
      throw new IllegalArgumentException("question " + id + " needs messages or text, not both");
    }
  }

  public static Question chat(String id, List<Turn> messages, List<String> choices) {
    return new Question(id, messages, "", choices);
  }

  public static Question continuation(String id, String text, List<String> choices) {
    return new Question(id, List.of(), text, choices);
  }
}
