package dev.tuneworthy.prompting;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.tuneworthy.task.Turn;
import java.util.List;
import java.util.Optional;

/** Turns as LangChain4j's messages and back. */
final class ChatMessages {
  private ChatMessages() {}

  static List<ChatMessage> of(List<Turn> turns) {
    return turns.stream().map(ChatMessages::of).toList();
  }

  static List<Turn> turns(List<ChatMessage> messages) {
    return messages.stream().map(ChatMessages::turn).toList();
  }

  private static ChatMessage of(Turn turn) {
    return switch (turn.role()) {
      case "system" -> SystemMessage.from(turn.content());
      case "assistant" -> AiMessage.from(turn.content());
      default -> UserMessage.from(turn.content());
    };
  }

  private static Turn turn(ChatMessage message) {
    if (message instanceof SystemMessage system) {
      return Turn.system(system.text());
    }
    if (message instanceof UserMessage user && user.hasSingleText()) {
      return Turn.user(user.singleText());
    }
    if (message instanceof AiMessage assistant && !assistant.hasToolExecutionRequests()) {
      return Turn.assistant(Optional.ofNullable(assistant.text()).orElse(""));
    }
    throw new UnsupportedFeatureException(
        "the local model takes system, user and assistant text, not " + message.type());
  }
}
