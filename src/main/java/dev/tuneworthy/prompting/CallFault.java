package dev.tuneworthy.prompting;

import com.fasterxml.jackson.core.JacksonException;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Why a call failed and what follows from it.
 *
 * @param reason one line for people
 * @param retryAfter what the server asked for, if it did
 * @param responded whether a server was there to say so, and did not ask to be left alone
 */
record CallFault(Kind kind, String reason, Optional<Duration> retryAfter, boolean responded) {
  private static final int LONGEST_REASON = 300;

  enum Kind {
    /** Worth another attempt: overload, a timeout, a broken connection. */
    PASSING,
    /** This question will fail again: refused input, an answer that is not in the format. */
    LASTING,
    /** Every question will fail: a wrong key, an unknown model. */
    FATAL
  }

  static CallFault of(RuntimeException thrown) {
    Set<Throwable> chain = chain(thrown);
    Optional<HttpException> http = first(chain, HttpException.class);
    String reason = reason(thrown, chain, http);
    Optional<Duration> after =
        http.filter(RetryAfterException.class::isInstance)
            .map(RetryAfterException.class::cast)
            .map(RetryAfterException::after);
    return new CallFault(kind(chain), reason, after, http.isPresent() && after.isEmpty());
  }

  private static Kind kind(Set<Throwable> chain) {
    if (has(chain, AuthenticationException.class) || has(chain, ModelNotFoundException.class)) {
      return Kind.FATAL;
    }
    if (has(chain, JacksonException.class)) {
      return Kind.LASTING; // before IOException, of which it is one
    }
    return has(chain, RetriableException.class)
            || has(chain, IOException.class)
            || has(chain, TimeoutException.class)
            || has(chain, UnresolvedModelServerException.class)
        ? Kind.PASSING
        : Kind.LASTING;
  }

  private static String reason(
      RuntimeException thrown, Set<Throwable> chain, Optional<HttpException> http) {
    if (http.isPresent()) {
      return "HTTP " + http.get().statusCode() + ": " + oneLine(http.get().getMessage());
    }
    if (has(chain, HttpTimeoutException.class) || has(chain, TimeoutException.class)) {
      return "no answer within the timeout";
    }
    if (has(chain, ConnectException.class)) {
      return "connection refused";
    }
    if (has(chain, UnresolvedModelServerException.class)) {
      return "the host name is unknown";
    }
    if (has(chain, JacksonException.class)) {
      return "the answer is not in the format of the provider's interface";
    }
    Throwable told = first(chain, IOException.class).<Throwable>map(e -> e).orElse(thrown);
    return oneLine(told.getMessage() == null ? thrown.toString() : told.getMessage());
  }

  private static String oneLine(@org.jspecify.annotations.Nullable String text) {
    String flat = String.valueOf(text).replaceAll("\\p{Cntrl}+", " ").strip();
    return flat.length() <= LONGEST_REASON ? flat : flat.substring(0, LONGEST_REASON) + "…";
  }

  private static boolean has(Set<Throwable> chain, Class<? extends Throwable> type) {
    return first(chain, type).isPresent();
  }

  private static <T extends Throwable> Optional<T> first(Set<Throwable> chain, Class<T> type) {
    return chain.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  private static Set<Throwable> chain(Throwable thrown) {
    Set<Throwable> chain = new LinkedHashSet<>();
    Optional<Throwable> next = Optional.of(thrown);
    while (next.isPresent() && chain.add(next.get())) {
      next = Optional.ofNullable(next.get().getCause());
    }
    return chain;
  }
}
