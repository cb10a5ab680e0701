package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.policy.Policy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often the rule errs where the truth is known: two finalists, 20 % of the items differ. */
class VerdictRuleErrorRateTest {
  private static final int RUNS = 2000;
  private static final double DISCORDANCE = 0.2;
  private static final Policy POLICY = Finalists.policy("minimum: 0, margin: 0.02");

  @ParameterizedTest
  @CsvSource({
    // n, true gain of the dearer; dearer / cheaper / INCONCLUSIVE in %
    "150, 0.00, 5, 59, 36",
    "150, 0.05, 39, 14, 48",
    "150, 0.10, 88, 1, 11",
    "300, 0.00, 5, 61, 34",
    "300, 0.05, 62, 5, 33",
    "300, 0.10, 99, 0, 1"
  })
  void errsAsOftenAsTheMethodWasSimulatedTo(
      int n, double gain, double dearer, double cheaper, double inconclusive) {
    SplittableRandom random = new SplittableRandom(n + Math.round(1000 * gain));
    Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    for (int run = 0; run < RUNS; run++) {
      verdicts.merge(verdict(n, gain, random), 1, Integer::sum);
    }
    // Three standard errors of 2,000 runs at 50 % are 3.4 points; the published figures are
    // rounded.
    assertThat(share(verdicts, Verdict.TUNE)).isCloseTo(dearer, within(3.9));
    assertThat(share(verdicts, Verdict.PROMPT)).isCloseTo(cheaper, within(3.9));
    assertThat(share(verdicts, Verdict.INCONCLUSIVE)).isCloseTo(inconclusive, within(3.9));
  }

  private static Verdict verdict(int n, double gain, SplittableRandom random) {
    List<Mark> cheap = new ArrayList<>();
    List<Mark> dear = new ArrayList<>();
    for (int item = 0; item < n; item++) {
      double drawn = random.nextDouble();
      boolean onlyDear = drawn < (DISCORDANCE + gain) / 2;
      boolean onlyCheap = !onlyDear && drawn < DISCORDANCE;
      boolean both = !onlyDear && !onlyCheap && random.nextDouble() < 0.8;
      dear.add(onlyDear || both ? Mark.RIGHT : Mark.WRONG);
      cheap.add(onlyCheap || both ? Mark.RIGHT : Mark.WRONG);
    }
    List<Finalist> finalists = List.of(Finalists.zeroShot(cheap), Finalists.lora(dear));
    return VerdictRule.of(finalists, POLICY).verdict();
  }

  private static double share(Map<Verdict, Integer> verdicts, Verdict verdict) {
    return 100.0 * verdicts.getOrDefault(verdict, 0) / RUNS;
  }
}
