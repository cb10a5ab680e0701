package dev.tuneworthy.prompting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.task.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class LocalChatModelTest {
  private final Local local =
      new Local(new Answer.Given("Oslo", List.of(), new TokenUsage(7, 2, 1)));
  private final LocalChatModel chat = new LocalChatModel(local, new Decoding(32, 0, 5));

  @Test
  void passesMessagesAndDecodingOn() {
    ChatResponse response =
        chat.chat(
            ChatRequest.builder()
                .messages(
                    SystemMessage.from("s"),
                    UserMessage.from("u"),
                    AiMessage.from("a"),
                    UserMessage.from("capital?"))
                .maxOutputTokens(9)
                .build());
    assertThat(local.asked.get(0).messages())
        .containsExactly(
            Turn.system("s"), Turn.user("u"), Turn.assistant("a"), Turn.user("capital?"));
    assertThat(local.decodings).containsExactly(new Decoding(9, 0, 5));
    assertThat(response.aiMessage().text()).isEqualTo("Oslo");
    assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(ChatTokens.of(response.tokenUsage())).contains(new TokenUsage(7, 2, 1));
  }

  @Test
  void oneCodePathPromptsTheLocalModelLikeARemoteOne() {
    try (ChatModelAnswerer answerer =
        new ChatModelAnswerer(
            local.model(),
            new RetryingCall(
                chat, new CallLimits(0, Duration.ZERO, Duration.ZERO, 1), d -> {}, () -> 0.5),
            d -> ChatRequestParameters.builder().maxOutputTokens(d.maxTokens()).build(),
            new ChatModelAnswerer.Endpoint("local", Optional.empty()),
            1)) {
      Question question = Question.chat("1", List.of(Turn.user("capital?")), List.of());
      assertThat(answerer.generate(List.of(question), Decoding.greedy(3), n -> {}))
          .containsExactly(local.answer);
      assertThat(local.asked.get(0).messages()).isEqualTo(question.messages());
    }
  }

  @Test
  void refusesWhatATextModelCannotRead() {
    UserMessage picture =
        UserMessage.from(TextContent.from("what is this?"), ImageContent.from("aGk=", "image/png"));
    assertThatThrownBy(() -> chat.chat(List.of(picture))).hasMessageContaining("text");
  }

  @Test
  void aMissingAnswerIsAnError() {
    Local failing = new Local(new Answer.Missing("too long", TokenUsage.NONE));
    assertThatThrownBy(() -> new LocalChatModel(failing, Decoding.greedy(4)).chat("hi"))
        .hasMessageContaining("too long");
  }

  private static final class Local implements Answerer {
    final List<Question> asked = new ArrayList<>();
    final List<Decoding> decodings = new ArrayList<>();
    final Answer answer;

    Local(Answer answer) {
      this.answer = answer;
    }

    @Override
    public ModelRef model() {
      return new ModelRef("local", "c".repeat(64), "cpu");
    }

    @Override
    public boolean givesLikelihoods() {
      return true;
    }

    @Override
    public List<Answer> choose(List<Question> questions, IntConsumer done) {
      throw new AssertionError("not asked for");
    }

    @Override
    public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
      asked.addAll(questions);
      decodings.add(decoding);
      return List.of(answer);
    }

    @Override
    public void close() {}
  }
}
