package dev.tuneworthy.prompting;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * One question's calls: exponential back-off with jitter between 50 and 100 % of the wait, so that
 * clients which failed together do not return together (Brooker 2015), or the server's own
 * Retry-After. Safe for use by several threads.
 */
final class RetryingCall {
  private final ChatModel chat;
  private final CallLimits limits;
  private final Sleeper sleeper;
  private final DoubleSupplier jitter;

  /**
   * @param jitter uniform in [0, 1)
   */
  RetryingCall(ChatModel chat, CallLimits limits, Sleeper sleeper, DoubleSupplier jitter) {
    this.chat = chat;
    this.limits = limits;
    this.sleeper = sleeper;
    this.jitter = jitter;
  }

  /** Waits, in tests without waiting. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;
  }

  /** What became of the calls for one question. */
  sealed interface Result {
    record Answered(ChatResponse response) implements Result {}

    record Failed(CallFault fault) implements Result {}
  }

  /**
   * @param stopped asked before each attempt; a call that is stopped ends with its last fault
   */
  Result call(ChatRequest request, BooleanSupplier stopped) {
    for (int attempt = 0; ; attempt++) {
      CallFault fault;
      try {
        return new Result.Answered(chat.chat(request));
      } catch (RuntimeException e) {
        fault = CallFault.of(e);
      }
      if (fault.kind() != CallFault.Kind.PASSING
          || attempt >= limits.retries()
          || stopped.getAsBoolean()
          || !waited(fault, attempt)) {
        return new Result.Failed(fault);
      }
    }
  }

  private boolean waited(CallFault fault, int attempt) {
    Duration doubled = limits.firstWait().multipliedBy(1L << Math.min(attempt, 20));
    Duration capped = doubled.compareTo(limits.longestWait()) > 0 ? limits.longestWait() : doubled;
    double share = 0.5 + jitter.getAsDouble() / 2;
    Duration backOff = Duration.ofNanos((long) (capped.toNanos() * share));
    Duration wait = fault.retryAfter().orElse(backOff);
    if (wait.compareTo(limits.longestWait()) > 0) {
      return false;
    }
    try {
      sleeper.sleep(wait);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
