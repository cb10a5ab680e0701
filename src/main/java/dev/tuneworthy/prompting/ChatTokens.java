package dev.tuneworthy.prompting;

import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.TokenUsage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Token counts as providers report them, made disjoint. OpenAI counts cached tokens inside {@code
 * prompt_tokens}, so they are taken out of the fresh ones.
 */
final class ChatTokens {
  private ChatTokens() {}

  /** Empty if the provider reported nothing. */
  static Optional<dev.tuneworthy.cost.TokenUsage> of(@Nullable TokenUsage usage) {
    if (usage == null || usage.inputTokenCount() == null) {
      return Optional.empty();
    }
    long input = Math.max(0, usage.inputTokenCount());
    long output = Math.max(0, Optional.ofNullable(usage.outputTokenCount()).orElse(0));
    long cached = Math.min(input, cached(usage));
    return Optional.of(new dev.tuneworthy.cost.TokenUsage(cached, input - cached, output));
  }

  /** The other way round: what the local model reports to a LangChain4j caller. */
  static TokenUsage of(dev.tuneworthy.cost.TokenUsage usage) {
    return OpenAiTokenUsage.builder()
        .inputTokenCount(Math.toIntExact(usage.cached() + usage.fresh()))
        .inputTokensDetails(
            OpenAiTokenUsage.InputTokensDetails.builder()
                .cachedTokens(Math.toIntExact(usage.cached()))
                .build())
        .outputTokenCount(Math.toIntExact(usage.output()))
        .totalTokenCount(Math.toIntExact(usage.total()))
        .build();
  }

  private static long cached(TokenUsage usage) {
    return usage instanceof OpenAiTokenUsage openAi
        ? Optional.ofNullable(openAi.inputTokensDetails())
            .map(d -> Math.max(0, Optional.ofNullable(d.cachedTokens()).orElse(0)))
            .orElse(0)
        : 0;
  }
}
