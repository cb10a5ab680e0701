package dev.tuneworthy.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;

/**
 * What went wrong, as problem details (RFC 9457).
 *
 * @param type {@code urn:tuneworthy:error:} and the code in kebab case
 * @param title the code in words
 * @param status of the response
 * @param detail expected, found and remedy
 * @param instance path of the request
 * @param code name in the error catalogue
 * @param retryable whether the same request may succeed later
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    String code,
    boolean retryable,
    List<Violation> violations) {
  static final String MEDIA_TYPE = "application/problem+json";

  private static final int UNPROCESSABLE = 422;
  private static final int TOO_MANY = 429;
  private static final String RETRY_AFTER_SECONDS = "30";

  public Problem {
    violations = List.copyOf(violations);
  }

  static Problem of(ServiceException fault, String path, List<Violation> violations) {
    return new Problem(
        "urn:tuneworthy:error:" + kebab(fault.code()),
        words(fault.code()),
        status(fault.code()),
        fault.getMessage(),
        path,
        fault.code().name(),
        fault.retryable(),
        violations);
  }

  /** A fault of HTTP itself, for which the catalogue has no code of its own. */
  static Problem ofStatus(int status, String detail, String path) {
    ErrorCode code =
        switch (status) {
          case 404 -> ErrorCode.NOT_FOUND;
          case 413 -> ErrorCode.INPUT_TOO_LARGE;
          default -> status < 500 ? ErrorCode.BAD_REQUEST : ErrorCode.INTERNAL;
        };
    Problem general = of(new ServiceException(code, detail), path, List.of());
    return new Problem(
        general.type(), general.title(), status, detail, path, general.code(), false, List.of());
  }

  Response response() {
    Response.ResponseBuilder response = Response.status(status).type(MEDIA_TYPE).entity(this);
    if (retryable) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response.build();
  }

  /** The one place that turns the kind of an error into a status. */
  static int status(ErrorCode code) {
    return switch (code.kind()) {
      case USER -> userStatus(code);
      case NOT_FOUND -> 404;
      case LIMIT -> code == ErrorCode.INPUT_TOO_LARGE ? 413 : TOO_MANY;
      case EXTERNAL -> externalStatus(code);
      case INTERNAL -> 500;
    };
  }

  private static int externalStatus(ErrorCode code) {
    return switch (code) {
      case DISK -> 507;
      case DATABASE -> 503;
      default -> 502;
    };
  }

  private static int userStatus(ErrorCode code) {
    return switch (code) {
      case CONFLICT -> 409;
      case BAD_USAGE, BAD_REQUEST -> 400;
      default -> UNPROCESSABLE;
    };
  }

  private static String kebab(ErrorCode code) {
    return code.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String words(ErrorCode code) {
    String words = code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
