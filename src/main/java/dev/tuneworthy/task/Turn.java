package dev.tuneworthy.task;

import java.util.Objects;

/**
 * One message of a conversation: a role ({@code system}, {@code user}, {@code assistant}) and its
 * text.
 */
public record Turn(String role, String content) {
  public Turn {
    if (!role.equals("system") && !role.equals("user") && !role.equals("assistant")) {
      throw new IllegalArgumentException("unknown role '" + role + "'");
    }
    Objects.requireNonNull(content, "content");
  }

  public static Turn system(String content) {
    return new Turn("system", content);
  }

  public static Turn user(String content) {
    return new Turn("user", content);
  }

  public static Turn assistant(String content) {
    return new Turn("assistant", content);
  }
}
