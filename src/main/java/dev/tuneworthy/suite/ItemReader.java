package dev.tuneworthy.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.PatternBound;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.InputLimits;
import dev.tuneworthy.task.JsonLines;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one item: {@code id}, {@code split} (dev, test or reserve) and {@code family}; for the
 * choose form {@code context}, {@code choices}, {@code answer} (an index), all or none; for the
 * generate form {@code chat}, {@code check}, both or none. Unknown keys are errors, since a
 * mistyped condition would check nothing.
 */
final class ItemReader {
  private static final int MOST_CHOICES = 20;
  private static final int MOST_STRINGS = 100;
  private static final Set<String> KEYS =
      Set.of("id", "split", "family", "context", "choices", "answer", "chat", "check");
  private static final Set<String> CONDITIONS =
      Set.of(
          "containsAny",
          "containsAll",
          "notContains",
          "regex",
          "minWords",
          "maxWords",
          "json",
          "jsonKeys",
          "endsWith",
          "notEcho");

  private final String where;
  private final JsonNode item;

  private ItemReader(String where, JsonNode item) {
    this.where = where;
    this.item = item;
  }

  /**
   * Reads an item.
   *
   * @param normalised see {@link ChooseForm}
   */
  static SuiteItem read(String where, JsonNode value, String capability, boolean normalised) {
    ItemReader reader = new ItemReader(where, value);
    reader.allowOnly(value, KEYS);
    String split = reader.text(value, "split");
    if (!Set.of("dev", "test", "reserve").contains(split)) {
      throw reader.bad("split dev, test or reserve", JsonLines.shown(split), "Correct the split.");
    }
    String id = reader.text(value, "id");
    if (id.length() > InputLimits.NAME) {
      throw reader.bad("a short id", JsonLines.shown(id), "Shorten the id.");
    }
    Optional<ChooseForm> choose = reader.choose(normalised);
    Optional<GenerateForm> generate = reader.generate();
    if (choose.isEmpty() && generate.isEmpty()) {
      throw reader.bad(
          "context, choices, answer or chat, check", "neither", "Give at least one form.");
    }
    String family = reader.text(value, "family");
    return new SuiteItem(id, capability, split, family, choose, generate);
  }

  private Optional<ChooseForm> choose(boolean normalised) {
    if (!allOrNone("context", "choices", "answer")) {
      return Optional.empty();
    }
    List<String> choices = strings(item, "choices");
    JsonNode answer = item.get("answer");
    if (choices.size() < 2
        || choices.size() > MOST_CHOICES
        || choices.stream().distinct().count() < choices.size()) {
      throw bad(
          "2 to " + MOST_CHOICES + " different choices",
          choices.toString(),
          "Correct the choices.");
    }
    if (!answer.isInt() || answer.asInt() < 0 || answer.asInt() >= choices.size()) {
      throw bad(
          "an answer from 0 to " + (choices.size() - 1),
          answer.toString(),
          "It is the index of the right choice.");
    }
    return Optional.of(new ChooseForm(text(item, "context"), choices, answer.asInt(), normalised));
  }

  private Optional<GenerateForm> generate() {
    if (!allOrNone("chat", "check")) {
      return Optional.empty();
    }
    JsonNode check = item.get("check");
    if (!check.isObject() || check.isEmpty()) {
      throw bad("a check with a condition", check.toString(), "State what the answer must fulfil.");
    }
    allowOnly(check, CONDITIONS);
    Optional<Integer> least = count(check, "minWords");
    Optional<Integer> most = count(check, "maxWords");
    if (least.isPresent() && most.isPresent() && least.get() > most.get()) {
      throw bad("minWords up to maxWords", least.get() + " > " + most.get(), "Swap them.");
    }
    AnswerCheck read =
        new AnswerCheck(
            strings(check, "containsAny"),
            strings(check, "containsAll"),
            strings(check, "notContains"),
            regex(check),
            least,
            most,
            flag(check, "json"),
            strings(check, "jsonKeys"),
            check.has("endsWith") ? Optional.of(text(check, "endsWith")) : Optional.empty(),
            flag(check, "notEcho"));
    return Optional.of(new GenerateForm(text(item, "chat"), read));
  }

  private boolean allOrNone(String... keys) {
    List<String> missing = new ArrayList<>();
    for (String key : keys) {
      if (!item.has(key)) {
        missing.add(key);
      }
    }
    if (!missing.isEmpty() && missing.size() < keys.length) {
      throw bad(
          "all or none of " + String.join(", ", keys),
          "no " + String.join(", ", missing),
          "Complete the form or drop it.");
    }
    return missing.isEmpty();
  }

  private Optional<String> regex(JsonNode check) {
    if (!check.has("regex")) {
      return Optional.empty();
    }
    String regex = text(check, "regex");
    if (!PatternBound.allows(regex)) {
      throw bad(PatternBound.EXPECTED, JsonLines.shown(regex), "Simplify the pattern.");
    }
    try {
      Pattern.compile(regex);
      return Optional.of(regex);
    } catch (PatternSyntaxException e) {
      throw bad(
          "a pattern in RE2 syntax",
          JsonLines.shown(regex) + " (" + e.getMessage() + ")",
          "Correct the pattern.");
    }
  }

  private void allowOnly(JsonNode value, Set<String> known) {
    value
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw bad("a known key", JsonLines.shown(key), Nearest.remedy(key, known));
              }
            });
  }

  private String text(JsonNode value, String key) {
    JsonNode text = value.path(key);
    if (!text.isTextual() || text.asText().isBlank()) {
      throw bad("text for '" + key + "'", text.toString(), "Give '" + key + "'.");
    }
    return text.asText();
  }

  private List<String> strings(JsonNode value, String key) {
    JsonNode list = value.path(key);
    if (list.isMissingNode()) {
      return List.of();
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode each : list) {
      strings.add(each.isTextual() ? each.asText() : "");
    }
    if (!list.isArray()
        || strings.isEmpty()
        || strings.size() > MOST_STRINGS
        || strings.stream().anyMatch(String::isBlank)) {
      throw bad(
          "1 to " + MOST_STRINGS + " texts for '" + key + "'",
          list.toString(),
          "Correct the list.");
    }
    return strings;
  }

  private Optional<Integer> count(JsonNode check, String key) {
    JsonNode count = check.path(key);
    if (count.isMissingNode()) {
      return Optional.empty();
    }
    if (!count.isInt() || count.asInt() < 1) {
      throw bad("a number of words for '" + key + "'", count.toString(), "Give 1 or more.");
    }
    return Optional.of(count.asInt());
  }

  private boolean flag(JsonNode check, String key) {
    JsonNode flag = check.path(key);
    if (flag.isMissingNode() || flag.isBoolean()) {
      return flag.asBoolean();
    }
    throw bad("true or false for '" + key + "'", flag.toString(), "Correct the flag.");
  }

  private ServiceException bad(String expected, String found, String remedy) {
    String shown = found.isEmpty() ? "nothing" : found;
    return ServiceException.of(
        ErrorCode.BAD_SUITE,
        where,
        expected,
        shown.length() <= 200 ? shown : shown.substring(0, 200) + "...",
        remedy);
  }
}
