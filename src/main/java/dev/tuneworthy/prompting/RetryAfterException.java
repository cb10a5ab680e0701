package dev.tuneworthy.prompting;

import dev.langchain4j.exception.HttpException;
import java.time.Duration;

/** An HTTP error whose response said when to come again. */
final class RetryAfterException extends HttpException {
  private final Duration after;

  RetryAfterException(int status, String body, Duration after) {
    super(status, body);
    this.after = after;
  }

  Duration after() {
    return after;
  }
}
