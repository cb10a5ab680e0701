package dev.tuneworthy.prompting;

import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What a prompt is asked to learn which choices it favours whatever the input is. Demonstrations
 * and common words pull a small model towards some answers; that pull is measured and taken off.
 * Only where choices are scored. Never on <i>test</i>.
 */
public enum Calibration {
  /** The likelihoods as they are. */
  NONE,
  /** Inputs without content (Zhao et al. 2021). */
  CONTEXTUAL,
  /** Random words of the training inputs, as many as an input has (Fei et al. 2023). */
  DOMAIN,
  /** Half of the dev inputs, their answers unseen (batch calibration, Zhou et al. 2023). */
  BATCH;

  private static final List<String> CONTENT_FREE = List.of("N/A", "[MASK]", "");
  private static final int DRAWS = 20;
  private static final int MOST_OF_BATCH = 128;
  private static final long SEED = 2023;

  /** The lower-case name used in candidate ids and records. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The inputs to ask; none for {@link #NONE}. */
  List<String> inputs(Task task) {
    return switch (this) {
      case NONE -> List.of();
      case CONTEXTUAL -> CONTENT_FREE;
      case DOMAIN -> randomWords(task.split(Split.TRAIN));
      case BATCH -> everyOther(task.split(Split.DEV));
    };
  }

  private static List<String> randomWords(List<Example> train) {
    List<String> words = new ArrayList<>();
    int[] lengths = new int[train.size()];
    for (int i = 0; i < lengths.length; i++) {
      List<String> own = Arrays.asList(train.get(i).input().strip().split("\\s+"));
      lengths[i] = own.size();
      words.addAll(own);
    }
    Arrays.sort(lengths);
    int length = lengths[lengths.length / 2];
    Random random = new Random(SEED);
    return IntStream.range(0, DRAWS)
        .mapToObj(
            draw ->
                String.join(
                    " ",
                    IntStream.range(0, length)
                        .mapToObj(i -> words.get(random.nextInt(words.size())))
                        .toList()))
        .toList();
  }

  private static List<String> everyOther(List<Example> dev) {
    return IntStream.range(0, dev.size())
        .filter(i -> i % 2 == 0)
        .limit(MOST_OF_BATCH)
        .mapToObj(i -> dev.get(i).input())
        .toList();
  }
}
