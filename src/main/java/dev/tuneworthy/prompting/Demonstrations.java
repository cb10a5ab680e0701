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

  /** Most examples that a question's own demonstrations are taken from. */
  static final int LARGEST_POOL = 2_000;

  /** Most characters of these, so that a prompt file can hold them. */
  static final int LONGEST_POOL = 4_000_000;

  /**
   * The demonstrations of a plan, in the order in which the prompt shows them.
   *
   * @param plan whose selection does not look at the question
   * @throws ServiceException {@code BAD_TASK} if the training split has too few examples
   */
  public static List<Example> select(Task task, ShotPlan plan) {
    List<Example> train = train(task, plan);
    Random random = random(plan);
    List<Example> drawn =
        switch (plan.selection()) {
          case RANDOM -> shuffled(train, random).subList(0, plan.k());
          case BALANCED -> balanced(train, plan.k(), random);
          case NEAREST, NEAREST_EMBEDDINGS, DIVERSE ->
              throw new IllegalArgumentException(plan.id() + " looks at the question");
        };
    return plan.order() == 0 ? List.copyOf(drawn) : reordered(drawn, plan);
  }

  /**
   * What a plan chooses from for each question: all of train or, where that is large, as much of it
   * as {@value #LARGEST_POOL} examples and {@value #LONGEST_POOL} characters hold. It is in an
   * order that takes turns among the answers, for where two are equally near the first is shown.
   *
   * @throws ServiceException {@code BAD_TASK} if the training split has too few examples
   */
  static Retriever retriever(Task task, ShotPlan plan) {
    List<Example> train = train(task, plan);
    List<Example> pool = new ArrayList<>();
    long characters = 0;
    for (Example each : inTurns(train, random(plan))) {
      characters += each.input().length() + each.expected().length();
      characters += each.history().stream().mapToInt(turn -> turn.content().length()).sum();
      if (pool.size() == LARGEST_POOL || characters > LONGEST_POOL) {
        break;
      }
      pool.add(each);
    }
    return Retriever.over(pool, plan.selection(), plan.k());
  }

  private static List<Example> train(Task task, ShotPlan plan) {
    List<Example> train = task.split(Split.TRAIN);
    if (train.size() < plan.k()) {
      throw ServiceException.of(
          ErrorCode.BAD_TASK,
          "task " + task.name(),
          "at least " + plan.k() + " training examples for " + plan.id(),
          String.valueOf(train.size()),
          "Add training examples or ask for fewer demonstrations.");
    }
    return train;
  }

  /** java.util.Random's sequence is specified, so a draw is the same on every Java release. */
  private static Random random(ShotPlan plan) {
    return new Random(plan.seed() * 0x9E3779B97F4A7C15L + plan.k());
  }

  private static List<Example> reordered(List<Example> drawn, ShotPlan plan) {
    Random random = new Random(plan.seed() * 31 + plan.order());
    return List.copyOf(shuffled(drawn, random));
  }

  /** Round after round one example of each answer; with fewer places than answers, of some. */
  private static List<Example> balanced(List<Example> train, int k, Random random) {
    return shuffled(inTurns(train, random).subList(0, k), random);
  }

  /** All, round after round one example of each answer that has some left. */
  private static List<Example> inTurns(List<Example> train, Random random) {
    Map<String, List<Example>> byAnswer = new TreeMap<>();
    for (Example example : shuffled(train, random)) {
      byAnswer.computeIfAbsent(example.expected(), a -> new ArrayList<>()).add(example);
    }
    List<List<Example>> answers = shuffled(List.copyOf(byAnswer.values()), random);
    List<Example> drawn = new ArrayList<>();
    for (int round = 0; drawn.size() < train.size(); round++) {
      for (List<Example> answer : answers) {
        if (round < answer.size()) {
          drawn.add(answer.get(round));
        }
      }
    }
    return drawn;
  }

  private static <T> List<T> shuffled(List<T> items, Random random) {
    List<T> copy = new ArrayList<>(items);
    Collections.shuffle(copy, random);
    return copy;
  }
}
