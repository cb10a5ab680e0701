package dev.tuneworthy.prompting;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.Question;
import java.util.List;
import java.util.Optional;

/**
 * A local model as a LangChain4j chat model, so that the same code prompts it and somebody's API.
 * The request's token limit and temperature count, tools and other media are refused. Calls are
 * made one after another; safe for use by several threads. Does not own the model it wraps.
 */
public final class LocalChatModel implements ChatModel {
  private final Answerer answerer;
  private final Decoding defaults;

  /**
   * @param defaults what a request does not say
   */
  public LocalChatModel(Answerer answerer, Decoding defaults) {
    this.answerer = answerer;
    this.defaults = defaults;
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    Decoding decoding =
        new Decoding(
            Optional.ofNullable(request.maxOutputTokens()).orElse(defaults.maxTokens()),
            Optional.ofNullable(request.temperature()).orElse(defaults.temperature()),
            defaults.seed());
    Question question = Question.chat("chat", ChatMessages.turns(request.messages()), List.of());
    Answer answer;
    synchronized (answerer) {
      answer = answerer.generate(List.of(question), decoding, n -> {}).get(0);
    }
    if (!(answer instanceof Answer.Given given)) {
      throw new InternalServerException(((Answer.Missing) answer).reason());
    }
    return ChatResponse.builder()
        .aiMessage(AiMessage.from(given.text()))
        .modelName(answerer.model().id())
        .tokenUsage(ChatTokens.of(given.tokens()))
        .finishReason(
            given.tokens().output() >= decoding.maxTokens()
                ? FinishReason.LENGTH
                : FinishReason.STOP)
        .build();
  }
}
