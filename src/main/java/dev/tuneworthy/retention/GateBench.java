package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.suite.BaselineSuite;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The gate against simulated adapters of which is known what they do: {@link RetentionRule} as a
 * real check calls it, and no model. Adapters that harm nothing, that take a capability down 10
 * points, and that take everything down 4, on single items and on the items of a suite, whose
 * families flip together more or less. The same settings give the same figures, on however many
 * cores.
 */
public final class GateBench {
  private static final RetentionLimits LIMITS = RetentionLimits.shared(0.03, 0.05);
  private static final double ONE_DOWN = 0.1;
  private static final double ALL_DOWN = 0.04;

  /** Below this share of items that flip the bars hold. */
  private static final double CALM = 0.05;

  private static final List<Double> FLIPS = List.of(0.01, 0.03, CALM, 0.1);

  /** Chance that an item goes with its family; two flip together with the square of it. */
  private static final List<Double> TOGETHER = List.of(0.0, 0.3, 0.5);

  /** Fewer test items cannot show 10 points, whatever the rule; those capabilities stay whole. */
  private static final int ENOUGH = 50;

  private final Settings settings;
  private final List<SimulatedSuite> suites = new ArrayList<>();

  /**
   * @param suite whose items and families are taken in both modes
   */
  public GateBench(Settings settings, BaselineSuite suite) {
    this.settings = settings;
    suites.add(SimulatedSuite.ofSingleItems(12, 100));
    for (AnswerMode mode : AnswerMode.values()) {
      SimulatedSuite items = SimulatedSuite.of(suite, mode);
      if (items.capabilities().stream().anyMatch(GateBench::enough)) {
        suites.add(items);
      }
    }
  }

  /**
   * How much is simulated.
   *
   * @param adapters of each kind in each world
   */
  public record Settings(long seed, int adapters) {
    public Settings {
      if (adapters < 1) {
        throw new IllegalArgumentException(adapters + " adapters");
      }
    }

    public static Settings standard(long seed) {
      return new Settings(seed, 4000);
    }
  }

  /** How often something was so. */
  public record Rate(int hits, int of) {
    public double share() {
      return (double) hits / of;
    }

    /** One Monte-Carlo standard error. */
    public double error() {
      return Math.sqrt(share() * (1 - share()) / of);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.1f %% ± %.1f", 100 * share(), 100 * error());
    }
  }

  /**
   * One world.
   *
   * @param correlation of the flips of two items of a family
   * @param flips share of items that flip without harm
   * @param harmlessPasses bar: at least 95 %
   * @param harmlessFails the rest are UNKNOWN
   * @param oneDownPasses one capability down 10 points; bar: at most 5 %
   * @param allDownPasses every capability down 4 points; bar: at most 1 %
   */
  public record Row(
      String suite,
      double correlation,
      double flips,
      Rate harmlessPasses,
      Rate harmlessFails,
      Rate oneDownPasses,
      Rate allDownPasses) {
    /** Whether all three bars are reached; empty where so many items flip that none is set. */
    public Optional<Boolean> reached() {
      return flips > CALM
          ? Optional.empty()
          : Optional.of(
              harmlessPasses.share() >= 0.95
                  && oneDownPasses.share() <= 0.05
                  && allDownPasses.share() <= 0.01);
    }
  }

  /** Simulates everything; minutes on two cores with {@link Settings#standard}. */
  public List<Row> run() {
    List<Row> rows = new ArrayList<>();
    for (SimulatedSuite suite : suites) {
      for (double together : suite.inFamilies() ? TOGETHER : List.of(0.0)) {
        for (double flips : FLIPS) {
          rows.add(row(suite, together, flips));
        }
      }
    }
    return rows;
  }

  private Row row(SimulatedSuite suite, double together, double flips) {
    SimulatedAdapter harmless = new SimulatedAdapter(flips, 0, together);
    SimulatedAdapter tenDown = new SimulatedAdapter(flips, ONE_DOWN, together);
    SimulatedAdapter fourDown = new SimulatedAdapter(flips, ALL_DOWN, together);
    Map<RetentionStatus, Integer> unharmed = statuses(suite, harmless, harmless);
    return new Row(
        suite.name(),
        together * together,
        flips,
        rate(unharmed, RetentionStatus.PASS),
        rate(unharmed, RetentionStatus.FAIL),
        rate(statuses(suite, tenDown, harmless), RetentionStatus.PASS),
        rate(statuses(suite, fourDown, fourDown), RetentionStatus.PASS));
  }

  private Rate rate(Map<RetentionStatus, Integer> statuses, RetentionStatus status) {
    return new Rate(statuses.getOrDefault(status, 0), settings.adapters());
  }

  private Map<RetentionStatus, Integer> statuses(
      SimulatedSuite suite, SimulatedAdapter toOne, SimulatedAdapter toOthers) {
    Map<RetentionStatus, Integer> counts = new EnumMap<>(RetentionStatus.class);
    IntStream.range(0, settings.adapters())
        .parallel()
        .mapToObj(adapter -> status(suite, toOne, toOthers, adapter))
        .toList()
        .forEach(status -> counts.merge(status, 1, Integer::sum));
    return counts;
  }

  /** Draws an adapter, asks the test items, then the reserve that these call for, and judges. */
  private RetentionStatus status(
      SimulatedSuite suite, SimulatedAdapter toOne, SimulatedAdapter toOthers, int adapter) {
    RandomGenerator random = new SplittableRandom(settings.seed() * 1_000_003L + adapter);
    List<SimulatedSuite.Capability> capabilities = suite.capabilities();
    int[] large =
        IntStream.range(0, capabilities.size()).filter(c -> enough(capabilities.get(c))).toArray();
    int one = large[random.nextInt(large.length)];
    List<SimulatedAdapter.Drawn> drawn =
        IntStream.range(0, capabilities.size())
            .mapToObj(c -> (c == one ? toOne : toOthers).draw(capabilities.get(c), random))
            .toList();
    Set<String> alarmed = RetentionRule.alarmed(measured(capabilities, drawn, Set.of()), LIMITS);
    return RetentionRule.judge(
            new RetentionMeasurement(List.of(measured(capabilities, drawn, alarmed))), LIMITS)
        .status();
  }

  private static RetentionMeasurement.Mode measured(
      List<SimulatedSuite.Capability> capabilities,
      List<SimulatedAdapter.Drawn> drawn,
      Set<String> alarmed) {
    return new RetentionMeasurement.Mode(
        AnswerMode.CHOOSE,
        IntStream.range(0, capabilities.size())
            .mapToObj(
                c -> {
                  SimulatedSuite.Capability its = capabilities.get(c);
                  return new RetentionMeasurement.Capability(
                      its.name(),
                      SimulatedAdapter.CHANCE,
                      drawn.get(c).test(),
                      alarmed.contains(its.name()) ? drawn.get(c).reserve() : List.of(),
                      its.reserve().size());
                })
            .toList());
  }

  private static boolean enough(SimulatedSuite.Capability capability) {
    return capability.test().size() >= ENOUGH;
  }
}
