package dev.tuneworthy.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.PatternBound;
import dev.tuneworthy.error.ServiceException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a task must fulfil before any work starts; each breach is an error that names its place. */
final class TaskValidation {
  /** Short enough, in digits and exponent, that comparing two of them costs nothing. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+]?(([0-9]{1,3}(,[0-9]{3}){1,9}|[0-9]{1,30})(\\.[0-9]{1,30})?|\\.[0-9]{1,30})"
              + "([eE][-+]?[0-9]{1,3})?");

  private TaskValidation() {}

  /**
   * Checks the examples against the task and gives them ids.
   *
   * @param where the task's place, for errors about all examples
   * @param choices empty for open answers
   */
  static Map<Split, List<Example>> examples(
      String where, Map<Split, List<RawExample>> raw, List<String> choices, Metric metric) {
    for (Split split : Split.values()) {
      if (raw.getOrDefault(split, List.of()).isEmpty()) {
        throw ServiceException.of(
            ErrorCode.BAD_TASK,
            where,
            "at least one example in split " + split.label(),
            "none",
            "Give examples for train, dev and test.");
      }
    }
    refuseSharedExamples(raw);
    Map<String, String> spelling = new HashMap<>();
    choices.forEach(choice -> spelling.put(NormalForm.key(choice), choice));
    Set<String> ids = new HashSet<>();
    Map<Split, List<Example>> examples = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<Example> done = new ArrayList<>();
      for (RawExample example : raw.get(split)) {
        RawExample answered = choices.isEmpty() ? example : closed(example, spelling);
        checkExpected(answered, metric);
        done.add(answered.as(id(example, split.label() + "-" + (done.size() + 1), ids)));
      }
      examples.put(split, done);
    }
    return examples;
  }

  private static String id(RawExample example, String otherwise, Set<String> ids) {
    String id = example.id().orElse(otherwise);
    if (!ids.add(id)) {
      throw RawExample.bad(
          example.where(), "an id used once", "'" + id + "' again", "Make the ids unique.");
    }
    return id;
  }

  private static void refuseSharedExamples(Map<Split, List<RawExample>> raw) {
    record Seen(Split split, String where) {}
    Map<String, Seen> seen = new HashMap<>();
    for (Split split : Split.values()) {
      for (RawExample example : raw.get(split)) {
        Seen before = seen.putIfAbsent(example.key(), new Seen(split, example.where()));
        if (before != null && before.split != split) {
          throw RawExample.bad(
              example.where(),
              "an example that is in " + split.label() + " only",
              JsonLines.shown(example.input())
                  + ", which is in "
                  + before.split.label()
                  + " too ("
                  + before.where
                  + ")",
              "Keep it in one split: an answer seen before measures memory.");
        }
      }
    }
  }

  /** The example with its answer in the spelling of the choice. */
  private static RawExample closed(RawExample example, Map<String, String> spelling) {
    String choice = spelling.get(NormalForm.key(example.expected()));
    if (choice == null) {
      throw RawExample.bad(
          example.where(),
          "one of the " + spelling.size() + " choices",
          JsonLines.shown(example.expected()),
          Nearest.to(example.expected(), spelling.values())
                  .map(near -> "Did you mean '" + near + "'? ")
                  .orElse("")
              + "Correct the answer or add the choice.");
    }
    return example.answering(choice);
  }

  private static void checkExpected(RawExample example, Metric metric) {
    problem(example.expected(), metric)
        .ifPresent(
            expected -> {
              throw RawExample.bad(
                  example.where(),
                  expected + " for the metric " + metric.label(),
                  JsonLines.shown(example.expected()),
                  "Correct the answer or the metric.");
            });
  }

  /** What the metric needs an expected answer to be, where it is not. */
  private static Optional<String> problem(String expected, Metric metric) {
    boolean fits =
        switch (metric) {
          case NUMERIC -> isNumber(expected);
          case JSON -> JsonLines.isJson(expected);
          case REGEX -> isPattern(expected);
          case ACCURACY, F1_MACRO, CONTAINS -> true;
        };
    return fits
        ? Optional.empty()
        : Optional.of(
            switch (metric) {
              case NUMERIC -> "a number";
              case JSON -> "a JSON value";
              default -> PatternBound.EXPECTED;
            });
  }

  private static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  private static boolean isPattern(String text) {
    if (!PatternBound.allows(text)) {
      return false;
    }
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  /** A list of texts, each stripped and bounded in characters. */
  static List<String> texts(YamlTree tree, String key, int longest) {
    JsonNode given = tree.root().get(key);
    List<String> texts = new ArrayList<>();
    for (JsonNode one : given) {
      String text = one.isValueNode() && !one.isNull() ? one.asText().strip() : "";
      if (!given.isArray() || text.isEmpty() || text.length() > longest) {
        throw tree.wrong(
            key,
            "a list of texts of at most " + longest + " characters",
            JsonLines.shown(one.toString()),
            "Correct the list.");
      }
      texts.add(text);
    }
    return texts;
  }

  /** The instruction and after it the other wordings, if there are any; all different. */
  static List<String> instructions(YamlTree tree, String instruction) {
    if (!tree.has("instructions")) {
      return List.of(instruction);
    }
    List<String> others = texts(tree, "instructions", InputLimits.INSTRUCTION);
    if (others.isEmpty() || others.size() > InputLimits.OTHER_INSTRUCTIONS) {
      throw tree.wrong(
          "instructions",
          "1 to " + InputLimits.OTHER_INSTRUCTIONS + " other wordings of the instruction",
          others.size() + "",
          "Leave 'instructions' out where there is only one.");
    }
    List<String> all = new ArrayList<>(List.of(instruction));
    for (String other : others) {
      if (all.contains(other)) {
        throw tree.wrong(
            "instructions",
            "wordings that differ from the instruction and from each other",
            JsonLines.shown(other) + " again",
            "Drop one.");
      }
      all.add(other);
    }
    return all;
  }

  /** The choices, stripped, at least two and all different in normal form. */
  static List<String> choices(YamlTree tree, List<String> given) {
    if (given.size() < 2 || given.size() > InputLimits.CHOICES) {
      throw tree.wrong(
          "choices",
          "2 to " + InputLimits.CHOICES + " choices",
          given.size() + "",
          "Leave 'choices' out for open answers.");
    }
    Map<String, String> seen = new LinkedHashMap<>();
    for (String choice : given) {
      String before = seen.putIfAbsent(NormalForm.key(choice), choice);
      if (before != null) {
        throw tree.wrong(
            "choices",
            "choices that differ in more than case, spaces and punctuation",
            "'" + before + "' and '" + choice + "'",
            "Drop or rename one.");
      }
    }
    return given;
  }
}
