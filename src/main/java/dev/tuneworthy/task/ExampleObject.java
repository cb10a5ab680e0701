package dev.tuneworthy.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One example as a JSON object, in any of the three customary forms: {@code input} and {@code
 * expected}, {@code prompt} and {@code completion}, or {@code messages} that end on an assistant's.
 * {@code split}, {@code group} and {@code id} are optional; other keys are left alone, since data
 * sets carry notes.
 */
final class ExampleObject {
  private static final int MAX_MESSAGES = 200;

  private ExampleObject() {}

  static RawExample read(String where, JsonNode value) {
    if (!value.isObject()) {
      throw RawExample.bad(
          where,
          "an example object",
          JsonLines.shown(value.toString()),
          "Write {\"input\", \"expected\"}.");
    }
    boolean pair = value.has("input") || value.has("expected");
    boolean completion = value.has("prompt") || value.has("completion");
    boolean chat = value.has("messages");
    if ((pair ? 1 : 0) + (completion ? 1 : 0) + (chat ? 1 : 0) != 1) {
      throw RawExample.bad(
          where,
          "one of {input, expected}, {prompt, completion}, {messages}",
          JsonLines.shown(value.toString()),
          "Use exactly one of the three forms.");
    }
    if (chat) {
      return chat(where, value);
    }
    String input = pair ? "input" : "prompt";
    String expected = pair ? "expected" : "completion";
    return made(where, value, List.of(), text(where, value, input), answer(where, value, expected));
  }

  private static RawExample chat(String where, JsonNode value) {
    JsonNode messages = value.get("messages");
    if (!messages.isArray() || messages.size() < 2 || messages.size() > MAX_MESSAGES) {
      throw RawExample.bad(
          where,
          "2 to " + MAX_MESSAGES + " messages",
          JsonLines.shown(messages.toString()),
          "End on a user's and an assistant's message.");
    }
    List<Turn> turns = new ArrayList<>();
    for (JsonNode message : messages) {
      turns.add(turn(where, message, turns.isEmpty()));
    }
    Turn last = turns.remove(turns.size() - 1);
    Turn asked = turns.remove(turns.size() - 1);
    if (!last.role().equals("assistant") || !asked.role().equals("user")) {
      throw RawExample.bad(
          where,
          "messages that end on user, assistant",
          "'" + asked.role() + ", " + last.role() + "'",
          "The last message is the expected answer.");
    }
    return made(where, value, turns, asked.content(), last.content());
  }

  private static Turn turn(String where, JsonNode message, boolean first) {
    String role = message.path("role").asText();
    boolean known =
        role.equals("user") || role.equals("assistant") || (role.equals("system") && first);
    if (!known || message.hasNonNull("tool_calls") || message.hasNonNull("function_call")) {
      throw RawExample.bad(
          where,
          "messages of user and assistant after at most one of system, without tool calls",
          JsonLines.shown(message.toString()),
          "Drop what is not text.");
    }
    return new Turn(role, text(where, message, "content"));
  }

  private static RawExample made(
      String where, JsonNode value, List<Turn> history, String input, String expected) {
    return new RawExample(
        where,
        optional(where, value, "id"),
        optional(where, value, "group"),
        optional(where, value, "split").map(name -> RawExample.split(where, name)),
        history,
        input,
        expected);
  }

  private static String text(String where, JsonNode value, String key) {
    JsonNode text = value.path(key);
    if (!text.isTextual()) {
      throw RawExample.bad(
          where,
          "text for '" + key + "'",
          text.isMissingNode() ? "nothing" : JsonLines.shown(text.toString()),
          "Give '" + key + "' as a string.");
    }
    return text.asText();
  }

  /** An answer may be any JSON value; one that is not text stands for its JSON. */
  private static String answer(String where, JsonNode value, String key) {
    JsonNode answer = value.path(key);
    if (answer.isMissingNode() || answer.isNull()) {
      throw RawExample.bad(where, "'" + key + "'", "nothing", "Give the expected answer.");
    }
    return answer.isTextual() ? answer.asText() : answer.toString();
  }

  private static Optional<String> optional(String where, JsonNode value, String key) {
    JsonNode given = value.path(key);
    if (given.isMissingNode()
        || given.isNull()
        || (given.asText().isBlank() && given.isTextual())) {
      return Optional.empty();
    }
    if (!given.isValueNode() || given.asText().length() > InputLimits.NAME) {
      throw RawExample.bad(
          where,
          "a short text for '" + key + "'",
          JsonLines.shown(given.toString()),
          "At most " + InputLimits.NAME + " characters.");
    }
    return Optional.of(given.asText().strip());
  }
}
