package dev.tuneworthy.decision;

import dev.tuneworthy.decision.SimulatedWorld.Entrant;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PriceList;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Makes worlds: of every kind at random, and those on the boundary where errors are most frequent.
 */
final class SimulatedTasks {
  static final double MARGIN = 0.02;

  private static final int[] SIZES = {60, 100, 150, 300, 600, 1000};
  private static final double[] MINIMA = {0, 0.6, 0.8};

  private SimulatedTasks() {}

  /** Test items. */
  static int size(Random random) {
    return SIZES[random.nextInt(SIZES.length)];
  }

  /** The least quality that a policy accepts. */
  static double minimum(Random random) {
    return MINIMA[random.nextInt(MINIMA.length)];
  }

  /** A world of any kind. */
  static SimulatedWorld any(Random random) {
    int test = size(random);
    double minimum = minimum(random);
    double worthwhile = test >= 300 ? 0.05 : 0.07;
    double first =
        random.nextInt(10) == 0 && minimum > 0 ? minimum : 0.3 + 0.65 * random.nextDouble();
    double second = bounded(first + gain(worthwhile, random));
    double third = bounded(Math.max(first, second) + gain(worthwhile, random));
    List<BigDecimal> prices = prices(random);
    boolean three = random.nextInt(3) > 0;
    List<Entrant> entrants = new ArrayList<>();
    entrants.add(prompt(Approach.ZERO_SHOT, List.of(first), prices.get(0), true));
    if (three) {
      entrants.add(
          prompt(
              Approach.FEW_SHOT,
              variants(second, 4, random),
              prices.get(1),
              random.nextInt(20) > 0));
    }
    entrants.add(
        new Entrant(
            Approach.LORA,
            variants(three ? third : second, 3, random),
            prices.get(2),
            random.nextInt(20) > 0,
            Optional.of(retention(random))));
    double failures = random.nextInt(5) == 0 ? 0.03 * random.nextDouble() : 0;
    return new SimulatedWorld(
        items(random), entrants, 50 + random.nextInt(100), test, failures, policy(minimum));
  }

  /**
   * Two or three finalists, the true gain of the dearest exactly none or exactly worthwhile, at
   * every size, more and less correlated, independent and in sources of five.
   */
  static List<SimulatedWorld> onTheBoundary() {
    List<SimulatedWorld> worlds = new ArrayList<>();
    for (int test : SIZES) {
      for (double ease : new double[] {0.3, 0.8}) {
        for (int size : new int[] {1, 5}) {
          SimulatedItems items =
              size == 1
                  ? new SimulatedItems(ease, 0, 0, 1, false)
                  : new SimulatedItems(ease, 0.06, 0.06, size, true);
          for (double base : new double[] {0.6, 0.88}) {
            double worthwhile = test >= 300 ? 0.05 : 0.07;
            for (double gain : new double[] {0, worthwhile}) {
              worlds.add(boundary(items, test, List.of(base, base + gain)));
              worlds.add(boundary(items, test, List.of(base - 0.3, base, base + gain)));
            }
          }
        }
      }
    }
    return worlds;
  }

  private static SimulatedWorld boundary(SimulatedItems items, int test, List<Double> qualities) {
    List<Entrant> entrants = new ArrayList<>();
    Approach[] approaches =
        qualities.size() == 2
            ? new Approach[] {Approach.ZERO_SHOT, Approach.LORA}
            : new Approach[] {Approach.ZERO_SHOT, Approach.FEW_SHOT, Approach.LORA};
    for (int i = 0; i < qualities.size(); i++) {
      // Nothing is forgotten, and the gate sees it: these worlds are about quality alone.
      entrants.add(
          prompt(approaches[i], List.of(qualities.get(i)), BigDecimal.valueOf(i + 1, 3), true));
    }
    return new SimulatedWorld(items, entrants, 100, test, 0, policy(0));
  }

  private static Entrant prompt(
      Approach approach, List<Double> variants, BigDecimal price, boolean priced) {
    return new Entrant(approach, variants, price, priced, Optional.empty());
  }

  /** Often exactly on a boundary, else anywhere. */
  static double gain(double worthwhile, Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> MARGIN;
      case 2 -> worthwhile;
      case 3 -> -0.1 * random.nextDouble();
      case 4 -> 0.1 + 0.3 * random.nextDouble();
      default -> 0.15 * random.nextDouble();
    };
  }

  /** Seeds and demonstration sets spread around their mean in every second world. */
  private static List<Double> variants(double mean, int count, Random random) {
    if (random.nextBoolean()) {
      return List.of(mean);
    }
    List<Double> variants = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      variants.add(bounded(mean + 0.02 * random.nextGaussian()));
    }
    return variants;
  }

  /** In dollars a request, mostly dearer from zero-shot to tuned, at times in any order. */
  private static List<BigDecimal> prices(Random random) {
    List<BigDecimal> prices = new ArrayList<>();
    double price = 0.0001 * Math.exp(2 * random.nextGaussian());
    for (int i = 0; i < 3; i++) {
      prices.add(BigDecimal.valueOf(price).round(new MathContext(4)));
      price *= 1.05 + 3 * random.nextDouble();
    }
    if (random.nextInt(3) == 0) {
      Collections.shuffle(prices, random);
    }
    return prices;
  }

  static SimulatedItems items(Random random) {
    double ease = 0.2 + 0.6 * random.nextDouble();
    if (random.nextBoolean()) {
      return new SimulatedItems(ease, 0, 0, 1, false);
    }
    double rest = 1 - ease;
    return new SimulatedItems(
        ease,
        0.4 * rest * random.nextDouble(),
        0.3 * rest * random.nextDouble(),
        2 + random.nextInt(7),
        random.nextBoolean());
  }

  private static SimulatedRetention retention(Random random) {
    double flips = 0.01 + 0.04 * random.nextDouble();
    return switch (random.nextInt(8)) {
      case 0 -> new SimulatedRetention(flips, 0, 0.1);
      case 1 -> new SimulatedRetention(flips, 0.06 + 0.1 * random.nextDouble(), 0);
      case 2 -> new SimulatedRetention(flips, 0.03, 0);
      default -> new SimulatedRetention(flips, 0, 0);
    };
  }

  static double bounded(double quality) {
    return Math.max(0.02, Math.min(0.985, quality));
  }

  static Policy policy(double minimum) {
    return new Policy(
        "simulated",
        Policy.Goal.CHEAPEST,
        new Policy.Traffic(100_000, 12),
        new Policy.Quality(minimum, MARGIN, Optional.empty()),
        new Policy.Retention(Policy.Deployment.SHARED, 1, 0.03, 0.05, Optional.empty()),
        Optional.empty(),
        Optional.empty(),
        new Policy.Prices(PriceList.NONE, Map.of(), Map.of()),
        false,
        new Policy.Budget(Duration.ofMinutes(30), 5_000_000, BigDecimal.valueOf(5)),
        "");
  }
}
