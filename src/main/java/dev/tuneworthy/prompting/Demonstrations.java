package dev.tuneworthy.prompting;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Draws demonstrations from the training split and from nowhere else, so that neither dev nor test
 * can leak into a prompt. The order is part of the draw, for it changes results (Zhao et al. 2021).
 */
public final class Demonstrations {
  private Demonstrations() {}

  /**
   * The demonstrations of a plan, in the order in which the prompt shows them.
   *
   * @throws ServiceException {@code BAD_TASK} if the training split has too few examples
   */
  public static List<Example> select(Task task, ShotPlan plan) {
    List<Example> train = task.split(Split.TRAIN);
    if (train.size() < plan.k()) {
      throw ServiceException.of(
          ErrorCode.BAD_TASK,
          "task " + task.name(),
          "at least " + plan.k() + " training examples for " + plan.id(),
          String.valueOf(train.size()),
          "Add training examples or ask for fewer demonstrations.");
    }
    // java.util.Random's sequence is specified, so a draw is the same on every Java release.
    Random random = new Random(plan.seed() * 0x9E3779B97F4A7C15L + plan.k());
    List<Example> drawn =
        switch (plan.selection()) {
          case RANDOM -> shuffled(train, random).subList(0, plan.k());
          case BALANCED -> balanced(train, plan.k(), random);
        };
    return plan.order() == 0 ? List.copyOf(drawn) : reordered(drawn, plan);
  }

  private static List<Example> reordered(List<Example> drawn, ShotPlan plan) {
    Random random = new Random(plan.seed() * 31 + plan.order());
    return List.copyOf(shuffled(drawn, random));
  }

  /** Round after round one example of each answer; with fewer places than answers, of some. */
  private static List<Example> balanced(List<Example> train, int k, Random random) {
    Map<String, List<Example>> byAnswer = new TreeMap<>();
    for (Example example : shuffled(train, random)) {
      byAnswer.computeIfAbsent(example.expected(), a -> new ArrayList<>()).add(example);
    }
    List<List<Example>> answers = shuffled(List.copyOf(byAnswer.values()), random);
    List<Example> drawn = new ArrayList<>();
    for (int round = 0; drawn.size() < k; round++) {
      for (List<Example> answer : answers) {
        if (round < answer.size() && drawn.size() < k) {
          drawn.add(answer.get(round));
        }
      }
    }
    return shuffled(drawn, random);
  }

  private static <T> List<T> shuffled(List<T> items, Random random) {
    List<T> copy = new ArrayList<>(items);
    Collections.shuffle(copy, random);
    return copy;
  }
}
