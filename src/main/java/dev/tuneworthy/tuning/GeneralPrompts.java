package dev.tuneworthy.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages that stand for everything that a model is asked beside the task, and where what the base
 * model makes of them is kept. They are cut in two parts that never meet: what is replayed, and
 * what the Fisher information is estimated on.
 *
 * @param chats user messages, in a fixed order
 * @param cache folder for the base model's answers and its Fisher information, by model
 */
public record GeneralPrompts(List<String> chats, Path cache) {
  /** Every so many-th prompt weighs the weights; the others are replayed. */
  private static final int WEIGHING = 3;

  /** Enough to form a replay pool and a Fisher sample that are both worth the name. */
  public static final int LEAST = 12;

  public GeneralPrompts {
    chats = List.copyOf(chats);
    if (chats.size() < LEAST) {
      throw new IllegalArgumentException(
          "at least " + LEAST + " general prompts are needed, not " + chats.size());
    }
    if (chats.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("a general prompt is blank");
    }
  }

  List<String> replayed() {
    return part(false);
  }

  List<String> weighing() {
    return part(true);
  }

  private List<String> part(boolean weighing) {
    List<String> part = new ArrayList<>();
    for (int i = 0; i < chats.size(); i++) {
      if ((i % WEIGHING == WEIGHING - 1) == weighing) {
        part.add(chats.get(i));
      }
    }
    return part;
  }
}
