package dev.tuneworthy.decoder;

import java.util.Objects;

/** One message as a chat template sees it; roles are whatever the template knows. */
public record ChatMessage(String role, String content) {
  public ChatMessage {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
  }
}
