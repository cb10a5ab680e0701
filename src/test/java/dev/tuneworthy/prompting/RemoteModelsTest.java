package dev.tuneworthy.prompting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.prompting.ChatServer.Response;
import dev.tuneworthy.task.Turn;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RemoteModelsTest {
  private static final RemoteModelSpec GPT = new RemoteModelSpec("openai", "gpt-test");
  private static final String KEY = "sk-very-secret";
  private static final Decoding GREEDY = Decoding.greedy(16);

  private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());

  @Test
  void takesCachedTokensOutOfThePromptTokens() throws IOException {
    try (ChatServer server = new ChatServer(r -> Response.answer("Paris", 64));
        Answerer model = models(server).open(GPT)) {
      Answer answer = model.generate(questions(1), GREEDY, n -> {}).get(0);
      assertThat(answer).isEqualTo(new Answer.Given("Paris", List.of(), new TokenUsage(64, 36, 3)));
    }
  }

  @Test
  void sendsTheMessagesInOrderWithTheKeyAndTheDecoding() throws IOException {
    try (ChatServer server = new ChatServer(r -> Response.answer("x", 0));
        Answerer model = models(server).open(GPT)) {
      Question question =
          Question.chat(
              "1",
              List.of(Turn.system("be brief"), Turn.user("a"), Turn.assistant("b"), Turn.user("c")),
              List.of());
      model.generate(List.of(question), new Decoding(16, 0, 7), n -> {});
      JsonNode request = server.requests.get(0);
      assertThat(request.get("messages"))
          .extracting(m -> m.get("role").asText() + ":" + m.get("content").asText())
          .containsExactly("system:be brief", "user:a", "assistant:b", "user:c");
      assertThat(request.get("model").asText()).isEqualTo("gpt-test");
      assertThat(request.get("temperature").asDouble()).isZero();
      assertThat(request.get("max_tokens").asInt()).isEqualTo(16);
      assertThat(request.get("seed").asInt()).isEqualTo(7);
      assertThat(server.authorizations).containsExactly("Bearer " + KEY);
    }
  }

  @Test
  void answersInOrderWithinTheConcurrencyLimit() throws IOException {
    try (ChatServer server =
            new ChatServer(
                r -> {
                  String last = ChatServer.lastMessage(r);
                  return Response.answer(last, 0).after(last.equals("0") ? 200 : 20);
                });
        Answerer model = models(server).open(GPT)) {
      List<Integer> done = new ArrayList<>();
      List<Answer> answers = model.generate(questions(12), GREEDY, done::add);
      assertThat(answers)
          .extracting(a -> ((Answer.Given) a).text())
          .containsExactlyElementsOf(IntStream.range(0, 12).mapToObj(String::valueOf).toList());
      assertThat(done).containsExactlyElementsOf(IntStream.rangeClosed(1, 12).boxed().toList());
      assertThat(server.mostAtOnce.get()).isBetween(2, 3);
    }
  }

  @Test
  void waitsAsLongAsTheServerAsks() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (ChatServer server =
            new ChatServer(
                r ->
                    calls.getAndIncrement() == 0
                        ? Response.status(429).header("Retry-After", "7")
                        : Response.answer("ok", 0));
        Answerer model = models(server).open(GPT)) {
      assertThat(model.generate(questions(1), GREEDY, n -> {}).get(0))
          .isInstanceOf(Answer.Given.class);
      assertThat(waits).containsExactly(Duration.ofSeconds(7));
    }
  }

  @Test
  void doesNotWaitForAServerThatAsksForAnHour() throws IOException {
    try (ChatServer server =
            new ChatServer(r -> Response.status(429).header("Retry-After", "3600"));
        Answerer model = models(server).open(GPT)) {
      assertThatThrownBy(() -> model.generate(questions(1), GREEDY, n -> {}))
          .hasMessageContaining("HTTP 429");
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void backsOffTwiceAsLongWithEachAttempt() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (ChatServer server =
            new ChatServer(
                r ->
                    calls.getAndIncrement() < 3 ? Response.status(500) : Response.answer("ok", 0));
        Answerer model = models(server).open(GPT)) {
      assertThat(model.generate(questions(1), GREEDY, n -> {}).get(0))
          .isInstanceOf(Answer.Given.class);
      assertThat(waits).hasSize(3);
      for (int i = 0; i < 3; i++) {
        assertThat(waits.get(i).toMillis()).isBetween(250L << i, 500L << i);
      }
    }
  }

  @Test
  void halfOfTheRequestsFailingIsHalfOfTheAnswersMissing() throws IOException {
    try (ChatServer server =
            new ChatServer(
                r ->
                    Integer.parseInt(ChatServer.lastMessage(r)) % 2 == 0
                        ? Response.status(503)
                        : Response.answer("ok", 0));
        Answerer model = models(server).open(GPT)) {
      List<Answer> answers = model.generate(questions(20), GREEDY, n -> {});
      assertThat(answers).filteredOn(a -> a instanceof Answer.Given).hasSize(10);
      assertThat(answers.get(0))
          .isInstanceOfSatisfying(
              Answer.Missing.class, m -> assertThat(m.reason()).contains("HTTP 503"));
      assertThat(server.requests).as("10 answered, 10 tried 4 times").hasSize(50);
    }
  }

  @Test
  void oneRefusedQuestionOfAServerThatIsThereIsNoAnswerAndNoError() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ChatServer server =
            new ChatServer(
                r ->
                    asked.getAndIncrement() == 0
                        ? Response.status(503)
                        : Response.answer("ok", 0));
        Answerer model = models(server, Duration.ofSeconds(5), 0).open(GPT)) {
      assertThat(model.generate(questions(1), GREEDY, n -> {}).get(0))
          .isInstanceOf(Answer.Missing.class);
      assertThat(model.generate(questions(1), GREEDY, n -> {}).get(0))
          .isInstanceOf(Answer.Given.class);
    }
  }

  @Test
  void aModelThatNeverSaysATextIsAFaultAndNotAWrongAnswer() throws IOException {
    String silent =
        """
        {"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
        "message":{"role":"assistant","content":null},"finish_reason":"length"}]}""";
    try (ChatServer server = new ChatServer(r -> Response.ok(silent));
        Answerer model = models(server).open(GPT)) {
      assertThatThrownBy(() -> model.generate(questions(40), GREEDY, n -> {}))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REMOTE_MODEL))
          .hasMessageContaining("the model returned no text (finish reason LENGTH)");
      assertThat(server.requests).as("stops soon").hasSizeLessThan(30);
    }
  }

  @Test
  void aTimeoutIsAFailureOfThatQuestion() throws IOException {
    try (ChatServer server =
            new ChatServer(
                r ->
                    ChatServer.lastMessage(r).equals("1")
                        ? Response.answer("late", 0).after(20_000)
                        : Response.answer("ok", 0));
        Answerer model = models(server, Duration.ofSeconds(2), 0).open(GPT)) {
      List<Answer> answers = model.generate(questions(3), GREEDY, n -> {});
      assertThat(answers.get(0)).isInstanceOf(Answer.Given.class);
      assertThat(answers.get(1))
          .isEqualTo(new Answer.Missing("no answer within the timeout", TokenUsage.NONE));
    }
  }

  @Test
  void nonsenseBodiesAreFailuresAndNotAnswers() throws IOException {
    Map<String, Response> bodies =
        Map.of(
            "0", Response.answer("ok", 0),
            "1", Response.ok("<html>welcome to the hotel</html>"),
            "2", Response.ok("{}"),
            "3", Response.ok(""),
            "4", Response.ok("{\"choices\":[]}"),
            "5", Response.ok("{\"choices\":[{\"message\":null}]}"),
            "6", Response.ok("[1,2,3]"),
            "7",
                Response.ok(
                    "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":null},"
                        + "\"finish_reason\":\"content_filter\"}]}"));
    try (ChatServer server = new ChatServer(r -> bodies.get(ChatServer.lastMessage(r)));
        Answerer model = models(server, Duration.ofSeconds(5), 0).open(GPT)) {
      List<Answer> answers = model.generate(questions(8), GREEDY, n -> {});
      assertThat(answers.get(0)).isInstanceOf(Answer.Given.class);
      assertThat(answers.subList(1, 8))
          .allSatisfy(
              a ->
                  assertThat(a)
                      .isInstanceOfSatisfying(
                          Answer.Missing.class, m -> assertThat(m.reason()).isNotBlank()));
    }
  }

  @Test
  void refusesAnEndlessAnswer() throws IOException {
    String endless = "x".repeat(BoundedHttpClient.LARGEST_RESPONSE + 1);
    try (ChatServer server = new ChatServer(r -> Response.ok(endless));
        Answerer model = models(server, Duration.ofSeconds(20), 0).open(GPT)) {
      assertThatThrownBy(() -> model.generate(questions(1), GREEDY, n -> {}))
          .hasMessageContaining("exceeds");
    }
  }

  @Test
  void estimatesTokensWhereTheServerReportsNone() throws IOException {
    String body = "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"12345678\"}}]}";
    try (ChatServer server = new ChatServer(r -> Response.ok(body));
        Answerer model = models(server).open(GPT)) {
      TokenUsage tokens = model.generate(questions(1), GREEDY, n -> {}).get(0).tokens();
      assertThat(tokens.fresh()).isPositive();
      assertThat(tokens.output()).isEqualTo(3);
    }
  }

  @Test
  void anUnreachableServerIsOneClearErrorThatNamesTheBaseUrlAndNotTheKey() throws IOException {
    URI nobody = nobody();
    try (Answerer model = models(nobody, Duration.ofSeconds(2), 1).open(GPT)) {
      assertThatThrownBy(() -> model.generate(questions(100), GREEDY, n -> {}))
          .isInstanceOfSatisfying(
              ServiceException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.REMOTE_MODEL);
                assertThat(e.retryable()).isTrue();
                assertThat(e).hasMessageContaining(nobody.toString());
                assertThat(e).hasMessageContaining("connection refused");
                assertThat(e.getMessage()).doesNotContain(KEY);
              });
    }
    assertThat(waits).as("does not try a hundred times").hasSizeLessThan(12);
  }

  @Test
  void anUnknownHostIsAClearError() {
    URI unknown = URI.create("http://nowhere.invalid/v1");
    try (Answerer model = models(unknown, Duration.ofSeconds(5), 0).open(GPT)) {
      assertThatThrownBy(() -> model.generate(questions(1), GREEDY, n -> {}))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REMOTE_MODEL))
          .hasMessageContaining("nowhere.invalid");
    }
  }

  @Test
  void aServerThatDiesOnTheWayEndsTheTrialAtTheNextBatchAtTheLatest() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (ChatServer server =
            new ChatServer(
                r ->
                    calls.getAndIncrement() < 10
                        ? Response.answer("ok", 0)
                        : Response.status(503));
        Answerer model = models(server, Duration.ofSeconds(5), 0).open(GPT)) {
      List<Answer> first = model.generate(questions(32), GREEDY, n -> {});
      assertThat(first).filteredOn(a -> a instanceof Answer.Given).hasSize(10);
      assertThatThrownBy(() -> model.generate(questions(32), GREEDY, n -> {}))
          .isInstanceOf(ServiceException.class);
      assertThat(calls.get()).as("most questions are not even asked").isLessThan(40);
    }
  }

  @Test
  void aWrongKeyEndsTheTrialAtOnceWithoutShowingTheKey() throws IOException {
    Response refusal =
        new Response(
            401, "{\"error\":{\"message\":\"Incorrect API key: " + KEY + "\"}}", Map.of(), 0);
    try (ChatServer server = new ChatServer(r -> refusal);
        Answerer model = models(server).open(GPT)) {
      assertThatThrownBy(() -> model.generate(questions(30), GREEDY, n -> {}))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REMOTE_MODEL))
          .hasMessageContaining("HTTP 401")
          .hasMessageNotContaining(KEY);
      assertThat(server.requests).hasSizeLessThanOrEqualTo(6);
    }
  }

  @Test
  void refusedInputIsNotTriedAgain() throws IOException {
    try (ChatServer server =
            new ChatServer(
                r ->
                    ChatServer.lastMessage(r).equals("0")
                        ? Response.answer("ok", 0)
                        : Response.status(400));
        Answerer model = models(server).open(GPT)) {
      List<Answer> answers = model.generate(questions(2), GREEDY, n -> {});
      assertThat(answers.get(1)).isInstanceOf(Answer.Missing.class);
      assertThat(server.requests).hasSize(2);
    }
  }

  @Test
  void whatProgressThrowsEndsTheBatch() throws IOException {
    try (ChatServer server = new ChatServer(r -> Response.answer("ok", 0).after(20));
        Answerer model = models(server).open(GPT)) {
      assertThatThrownBy(
              () ->
                  model.generate(
                      questions(100),
                      GREEDY,
                      n -> {
                        throw new ServiceException(ErrorCode.CANCELLED, "enough");
                      }))
          .hasMessage("enough");
      assertThat(server.requests).hasSizeLessThan(20);
    }
  }

  @Test
  void saysWhichVariableShouldHoldTheKey() {
    RemoteModels models =
        new RemoteModels(
            Map.of("openai", RemoteModelConfig.openAi()),
            name -> Optional.empty(),
            InstantSource.system(),
            new Random(1));
    assertThatThrownBy(() -> models.open(GPT))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_USAGE))
        .hasMessageContaining("OPENAI_API_KEY");
  }

  @Test
  void givesEachEndpointItsOwnHash() {
    ModelRef here = models(URI.create("http://a/v1"), Duration.ofSeconds(1), 0).ref(GPT);
    ModelRef there = models(URI.create("http://b/v1"), Duration.ofSeconds(1), 0).ref(GPT);
    assertThat(here.id()).isEqualTo("gpt-test");
    assertThat(here.remote()).isTrue();
    assertThat(here.sha256()).hasSize(64).isNotEqualTo(there.sha256());
  }

  @Test
  void speaksToOllama() throws IOException {
    String body =
        """
{"model":"llama3.2","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant",
"content":"Oslo"},"done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":4}""";
    try (ChatServer server = new ChatServer(r -> Response.ok(body))) {
      RemoteModelConfig config =
          new RemoteModelConfig(
              server.url(""), Optional.empty(), Duration.ofSeconds(5), 0, 1, false);
      try (Answerer model =
          models(Map.of("ollama", config)).open(new RemoteModelSpec("ollama", "llama3.2"))) {
        assertThat(model.generate(questions(1), GREEDY, n -> {}))
            .containsExactly(new Answer.Given("Oslo", List.of(), new TokenUsage(0, 26, 4)));
      }
      JsonNode request = server.requests.get(0);
      assertThat(request.at("/options/temperature").asDouble(9)).isZero();
      assertThat(request.at("/options/num_predict").asInt()).isEqualTo(16);
      assertThat(request.get("stream").asBoolean()).isFalse();
    }
  }

  @Test
  void readsRetryAfterAsSecondsOrAsADate() {
    Instant now = Instant.parse("2025-01-01T00:00:00Z");
    assertThat(BoundedHttpClient.retryAfter("12", now)).contains(Duration.ofSeconds(12));
    assertThat(BoundedHttpClient.retryAfter("Wed, 01 Jan 2025 00:00:30 GMT", now))
        .contains(Duration.ofSeconds(30));
    assertThat(BoundedHttpClient.retryAfter("Tue, 31 Dec 2024 00:00:00 GMT", now))
        .contains(Duration.ZERO);
    assertThat(BoundedHttpClient.retryAfter("soon", now)).isEmpty();
    assertThat(BoundedHttpClient.retryAfter("-5", now)).isEmpty();
  }

  @Test
  void refusesABaseUrlWithAPasswordAndDoesNotQuoteIt() {
    Function<String, RemoteModelConfig> at =
        url ->
            new RemoteModelConfig(
                URI.create(url), Optional.empty(), Duration.ofSeconds(1), 0, 1, false);
    assertThatThrownBy(() -> at.apply("https://me:hunter2@host/v1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> at.apply("file:///etc/passwd"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private RemoteModels models(ChatServer server) {
    return models(server, Duration.ofSeconds(5), 3);
  }

  private RemoteModels models(ChatServer server, Duration timeout, int retries) {
    return models(server.url("/v1"), timeout, retries);
  }

  private RemoteModels models(URI url, Duration timeout, int retries) {
    return models(
        Map.of(
            "openai", new RemoteModelConfig(url, Optional.of("KEY"), timeout, retries, 3, false)));
  }

  private RemoteModels models(Map<String, RemoteModelConfig> providers) {
    return new RemoteModels(
        providers,
        name -> name.equals("KEY") ? Optional.of(KEY) : Optional.empty(),
        InstantSource.system(),
        new Random(1),
        waits::add);
  }

  private static List<Question> questions(int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> Question.chat("q" + i, List.of(Turn.user("" + i)), List.of()))
        .toList();
  }

  private static URI nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1");
    }
  }
}
