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
 * @param shared leading messages that are the same in every question of its kind, so that a prefix
 *     cache holds them: all but the last unless said otherwise
 */
public record Question(
    String id, List<Turn> messages, String text, List<String> choices, int shared) {
  public Question {
    messages = List.copyOf(messages);
    choices = List.copyOf(choices);
    if (messages.isEmpty() == text.isEmpty()) {
      throw new IllegalArgumentException("question " + id + " needs messages or text, not both");
    }
    if (shared < 0 || shared > Math.max(0, messages.size() - 1)) {
      throw new IllegalArgumentException(
          "question "
              + id
              + " of "
              + messages.size()
              + " messages with "
              + shared
              + " shared ones");
    }
  }

  public static Question chat(String id, List<Turn> messages, List<String> choices) {
    return new Question(id, messages, "", choices, Math.max(0, messages.size() - 1));
  }

  public static Question continuation(String id, String text, List<String> choices) {
    return new Question(id, List.of(), text, choices, 0);
  }

  /** The same question where only so many leading messages are those of every question. */
  public Question sharing(int messagesOfAll) {
    return new Question(id, messages, text, choices, messagesOfAll);
  }
}
