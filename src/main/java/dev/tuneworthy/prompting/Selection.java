package dev.tuneworthy.prompting;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How demonstrations are taken from the training split. */
public enum Selection {
  /** Without regard to their answers. */
  RANDOM,
  /** As evenly over the answers as their number allows. */
  BALANCED,
  /** For each question those that share most of its rare words, by {@link Bm25}. */
  NEAREST,
  /** For each question those closest in meaning, by the cosine of {@link MiniLm}'s vectors. */
  NEAREST_EMBEDDINGS,
  /** For each question close ones that differ among themselves, by {@link MarginalRelevance}. */
  DIVERSE;

  /** The lower-case name used in candidate ids and records. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Whether each question gets its own demonstrations (Liu et al. 2022), so that no prefix cache
   * holds more than the instruction.
   */
  public boolean perQuestion() {
    return this != RANDOM && this != BALANCED;
  }

  /** The selection of a label. */
  public static Optional<Selection> of(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }

  /** All labels. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Selection::label).toList();
  }
}
