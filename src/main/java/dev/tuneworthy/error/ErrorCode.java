package dev.tuneworthy.error;

/** The catalogue of errors; the name in kebab case is the tail of the problem's {@code type}. */
public enum ErrorCode {
  BAD_USAGE(ErrorKind.USER),
  BAD_TASK(ErrorKind.USER),
  BAD_EXAMPLE(ErrorKind.USER),
  BAD_SUITE(ErrorKind.USER),
  BAD_POLICY(ErrorKind.USER),
  BAD_REQUEST(ErrorKind.USER),
  PROMPT_TOO_LONG(ErrorKind.USER),
  BAD_CHECKPOINT(ErrorKind.USER),
  UNSUPPORTED_CHECKPOINT(ErrorKind.USER),
  BAD_ADAPTER(ErrorKind.USER),
  INERT_ADAPTER(ErrorKind.USER),
  PROVIDER_UNAVAILABLE(ErrorKind.USER),
  PRIVACY(ErrorKind.USER),
  CONFLICT(ErrorKind.USER),
  FILE_NOT_FOUND(ErrorKind.NOT_FOUND),
  MODEL_NOT_FOUND(ErrorKind.NOT_FOUND),
  DECISION_NOT_FOUND(ErrorKind.NOT_FOUND),
  NOT_FOUND(ErrorKind.NOT_FOUND),
  INPUT_TOO_LARGE(ErrorKind.LIMIT),
  QUEUE_FULL(ErrorKind.LIMIT),
  BUDGET_EXHAUSTED(ErrorKind.LIMIT),
  CANCELLED(ErrorKind.LIMIT),
  DISK(ErrorKind.EXTERNAL),
  DATABASE(ErrorKind.EXTERNAL),
  DOWNLOAD(ErrorKind.EXTERNAL),
  REMOTE_MODEL(ErrorKind.EXTERNAL),
  INTERNAL(ErrorKind.INTERNAL);

  private final ErrorKind kind;

  ErrorCode(ErrorKind kind) {
    this.kind = kind;
  }

  public ErrorKind kind() {
    return kind;
  }
}
