package dev.tuneworthy.error;

import org.jspecify.annotations.Nullable;

/**
 * The one exception that reaches people: its message says what was expected, what was found and
 * what to do. A programmer's mistake is an {@link IllegalArgumentException} instead.
 */
public final class ServiceException extends RuntimeException {
  private final ErrorCode code;

  public ServiceException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public ServiceException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** An error in the three parts that a reader needs, joined into one message. */
  public static ServiceException of(
      ErrorCode code, String where, String expected, String found, String remedy) {
    return new ServiceException(
        code, where + ": expected " + expected + ", found " + found + ". " + remedy);
  }

  public ErrorCode code() {
    return code;
  }

  /** Whether the same call may succeed later without the caller changing anything. */
  public boolean retryable() {
    return code.kind() == ErrorKind.EXTERNAL || code == ErrorCode.QUEUE_FULL;
  }
}
