package dev.tuneworthy.decision;

import dev.tuneworthy.prompting.Selection;
import dev.tuneworthy.prompting.ShotPlan;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Which few-shot prompts a search tries for a task. */
final class ShotPlans {
  private static final int MOST_AT_FIRST = 32;

  /** Demonstrations of the prompt that chooses for each question. */
  private static final int NEAREST = 8;

  private static final int SETS = 5;
  private static final int ORDERS = 2;

  private final Task task;
  private final boolean quick;
  private final long seed;

  ShotPlans(Task task, boolean quick, long seed) {
    this.task = task;
    this.quick = quick;
    this.seed = seed;
  }

  /** How many demonstrations are tried at first. */
  List<Integer> shots() {
    int classes = task.choices().size();
    int most = classes > 8 ? Math.min(classes, MOST_AT_FIRST) : 15;
    List<Integer> wanted = quick ? List.of(4, 8) : List.of(4, 8, most);
    return wanted.stream().filter(k -> k <= train()).toList();
  }

  /**
   * Quick: six prompts. Else two sets for each number and selection, and where choices are scored
   * one prompt that chooses for each question by meaning: it did best on support-routing, and
   * nearest words and diverse demonstrations did not (measured in the README). It costs several
   * times as much to ask, so there is only one.
   */
  List<ShotPlan> first() {
    List<ShotPlan> plans = new ArrayList<>();
    for (int k : shots()) {
      if (!task.closed()) {
        add(plans, k, Selection.RANDOM, quick ? 3 : 2);
      } else if (quick) {
        add(plans, k, Selection.BALANCED, k > 4 ? 3 : 2);
        add(plans, k, Selection.RANDOM, k > 4 ? 1 : 0);
      } else {
        add(plans, k, Selection.BALANCED, 2);
        add(plans, k, Selection.RANDOM, 2);
      }
    }
    if (task.closed() && !quick && train() > NEAREST) {
      add(plans, NEAREST, Selection.NEAREST_EMBEDDINGS, 1);
    }
    return plans;
  }

  /**
   * Two sets of twice as many demonstrations as those of the leader, or half as many more, or all
   * that train has; none if nothing of this fits.
   *
   * @param leader must have the largest number so far, else there is nothing more to try
   */
  List<ShotPlan> more(ShotPlan leader, Predicate<ShotPlan> fits) {
    if (leader.k() < shots().get(shots().size() - 1)) {
      return List.of();
    }
    int most = Math.min(train(), ShotPlan.MOST);
    for (int k : List.of(Math.min(2 * leader.k(), most), Math.min(leader.k() * 3 / 2, most))) {
      List<ShotPlan> plans = new ArrayList<>();
      add(plans, k, leader.selection(), leader.selection().perQuestion() ? 1 : 2);
      if (k > leader.k() && plans.stream().allMatch(fits)) {
        return plans;
      }
    }
    return List.of();
  }

  /** Five demonstration sets in two orders each for the number and selection that lead. */
  List<ShotPlan> moreSets(ShotPlan leader) {
    List<ShotPlan> more = new ArrayList<>();
    if (!leader.selection().perQuestion()) {
      for (int set = 0; set < SETS; set++) {
        for (int order = 0; order < ORDERS; order++) {
          more.add(new ShotPlan(leader.k(), leader.selection(), seed(set), order));
        }
      }
    }
    return more;
  }

  /** How many of the leader's sets are screened after it leads; two were before. */
  int setsMore() {
    return SETS * ORDERS - 2;
  }

  /** How many prompts could ever be screened, whatever the outcomes are. */
  int most() {
    if (quick || shots().isEmpty()) {
      return first().size();
    }
    int numbers = shots().size();
    for (int k = shots().get(numbers - 1); k < Math.min(train(), ShotPlan.MOST); k = k * 3 / 2) {
      numbers++;
    }
    int selections = task.closed() ? 2 : 1;
    return numbers * selections * SETS * ORDERS + 1;
  }

  private void add(List<ShotPlan> plans, int k, Selection selection, int sets) {
    for (int set = 0; set < sets; set++) {
      plans.add(new ShotPlan(k, selection, seed(set), 0));
    }
  }

  private long seed(int set) {
    return seed * 10 + set;
  }

  private int train() {
    return task.split(Split.TRAIN).size();
  }
}
