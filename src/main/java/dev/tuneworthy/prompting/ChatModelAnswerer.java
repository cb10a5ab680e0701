package dev.tuneworthy.prompting;

import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Any LangChain4j chat model as an {@link Answerer}: free answers only, several calls at once. A
 * question that fails after its retries is {@link Answer.Missing}; a model that answers nothing at
 * all, or has stopped answering, ends the trial with {@code REMOTE_MODEL}.
 */
public final class ChatModelAnswerer implements Answerer {
  /** So many failures in a row, before any answer, mean that nobody is there. */
  static final int DEAD_FROM_THE_START = 4;

  /** So many in a row after an answer mean that the model has gone. */
  static final int GONE = 16;

  /** Characters of English text for each token, about; used where a provider reports no counts. */
  private static final int CHARACTERS_A_TOKEN = 4;

  private final ModelRef model;
  private final RetryingCall calls;
  private final Function<Decoding, ChatRequestParameters> parameters;
  private final Endpoint endpoint;
  private final ExecutorService threads;
  private boolean answeredOnce;
  private boolean respondedOnce;
  private int failuresInARow;
  private volatile boolean stopped;

  ChatModelAnswerer(
      ModelRef model,
      RetryingCall calls,
      Function<Decoding, ChatRequestParameters> parameters,
      Endpoint endpoint,
      int concurrency) {
    this.model = model;
    this.calls = calls;
    this.parameters = parameters;
    this.endpoint = endpoint;
    this.threads =
        Executors.newFixedThreadPool(
            concurrency,
            work -> {
              Thread thread = new Thread(work, "chat-model");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * What error messages may show.
   *
   * @param name base URL without user or key
   * @param key cut out of whatever a server says
   */
  record Endpoint(String name, Optional<String> key) {
    String redact(String text) {
      return key.filter(k -> !k.isBlank()).map(k -> text.replace(k, "[key]")).orElse(text);
    }
  }

  @Override
  public ModelRef model() {
    return model;
  }

  @Override
  public boolean givesLikelihoods() {
    return false;
  }

  /**
   * @throws IllegalStateException always: a chat model gives no likelihoods
   */
  @Override
  public List<Answer> choose(List<Question> questions, IntConsumer done) {
    throw new IllegalStateException(model.id() + " is a chat model and gives no likelihoods");
  }

  @Override
  public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
    ExecutorCompletionService<Indexed> pool = new ExecutorCompletionService<>(threads);
    List<Future<Indexed>> futures = new ArrayList<>();
    List<Answer> answers =
        new ArrayList<>(
            Collections.nCopies(
                questions.size(), new Answer.Missing("not asked", TokenUsage.NONE)));
    stopped = false;
    boolean any = false;
    try {
      for (int i = 0; i < questions.size(); i++) {
        int index = i;
        ChatRequest request = request(questions.get(i), decoding);
        futures.add(pool.submit(() -> new Indexed(index, ask(request))));
      }
      for (int n = 1; n <= questions.size(); n++) {
        Indexed next = pool.take().get();
        answers.set(next.index(), judge(questions.get(next.index()), next.result()));
        any |= answers.get(next.index()) instanceof Answer.Given;
        done.accept(n);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.CANCELLED, "interrupted while asking " + model.id(), e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("asking " + model.id() + " failed", e.getCause());
    } finally {
      stopped = true;
      futures.forEach(f -> f.cancel(true));
    }
    if (!any && !questions.isEmpty() && gone()) {
      throw unreachable(answers);
    }
    return answers;
  }

  /**
   * A server that refuses a question or two may yet answer the next one; nobody at all will not.
   */
  private boolean gone() {
    if (answeredOnce) {
      return failuresInARow >= GONE;
    }
    return !respondedOnce || failuresInARow >= DEAD_FROM_THE_START;
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }

  private record Indexed(int index, RetryingCall.Result result) {}

  private ChatRequest request(Question question, Decoding decoding) {
    if (question.messages().isEmpty()) {
      throw new IllegalArgumentException(
          "question " + question.id() + " has no messages, which a chat model needs");
    }
    return ChatRequest.builder()
        .messages(ChatMessages.of(question.messages()))
        .parameters(parameters.apply(decoding))
        .build();
  }

  private RetryingCall.Result ask(ChatRequest request) {
    return stopped
        ? new RetryingCall.Result.Failed(
            new CallFault(
                CallFault.Kind.PASSING,
                "not asked: the model stopped answering",
                Optional.empty(),
                false))
        : calls.call(request, () -> stopped);
  }

  /** Runs on the caller's thread, so the counts need no lock. */
  private Answer judge(Question question, RetryingCall.Result result) {
    if (result instanceof RetryingCall.Result.Answered answered) {
      return judge(answer(question, answered.response()));
    }
    CallFault fault = ((RetryingCall.Result.Failed) result).fault();
    if (fault.kind() == CallFault.Kind.FATAL) {
      throw refused(fault);
    }
    respondedOnce |= fault.responded();
    failuresInARow++;
    stopped |= failuresInARow >= (answeredOnce ? GONE : DEAD_FROM_THE_START);
    return new Answer.Missing(endpoint.redact(fault.reason()), TokenUsage.NONE);
  }

  /** A response without a text shows that somebody is there, but is no answer. */
  private Answer judge(Answer answer) {
    if (answer instanceof Answer.Given) {
      answeredOnce = true;
      failuresInARow = 0;
    } else {
      failuresInARow++;
      stopped |= failuresInARow >= GONE;
    }
    return answer;
  }

  private static Answer answer(Question question, ChatResponse response) {
    Optional<String> text = Optional.ofNullable(response.aiMessage().text());
    TokenUsage tokens =
        ChatTokens.of(response.tokenUsage()).orElseGet(() -> estimate(question, text.orElse("")));
    return text.<Answer>map(t -> new Answer.Given(t, List.of(), tokens))
        .orElseGet(
            () ->
                new Answer.Missing(
                    "the model returned no text (finish reason " + response.finishReason() + ")",
                    tokens));
  }

  /** Where a server reports no counts; an unknown cost must not look like none. */
  private static TokenUsage estimate(Question question, String answer) {
    long input = question.messages().stream().mapToLong(m -> m.content().length()).sum();
    return new TokenUsage(
        0, 1 + input / CHARACTERS_A_TOKEN, 1 + answer.length() / CHARACTERS_A_TOKEN);
  }

  private ServiceException unreachable(List<Answer> answers) {
    String reason =
        answers.stream()
            .filter(Answer.Missing.class::isInstance)
            .map(a -> ((Answer.Missing) a).reason())
            .filter(r -> !r.startsWith("not asked"))
            .findFirst()
            .orElse("no answer");
    return ServiceException.of(
        ErrorCode.REMOTE_MODEL,
        "model " + model.id() + " at " + endpoint.name(),
        "answers",
        "none to " + answers.size() + " questions: " + reason,
        "Check that the server runs and that base URL and model are right, then run the same"
            + " command again: what was answered is kept.");
  }

  private ServiceException refused(CallFault fault) {
    return ServiceException.of(
        ErrorCode.REMOTE_MODEL,
        "model " + model.id() + " at " + endpoint.name(),
        "access to the model",
        endpoint.redact(fault.reason()),
        "Check the model's name and the environment variable that holds the API key.");
  }
}
