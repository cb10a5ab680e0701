package dev.tuneworthy.decision;

import dev.tuneworthy.decision.PromptSearch.Planned;
import dev.tuneworthy.decision.RungEfforts.Range;
import dev.tuneworthy.evaluation.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says what each rung will take, without climbing any: tokens by counting them, time by how fast
 * this machine was measured to be with this model, money by the policy's prices. What depends on
 * how things turn out is said as expected and at most: the epochs of a training that stops early,
 * the demonstrations of the prompts that lead, the reserve of the suites, and means against
 * forgetting, which nobody needs as long as the retention gate does not fail.
 */
final class Forecaster {
  private final Climb climb;
  private final SpeedStore speeds;
  private final BaselineComparison comparison;

  Forecaster(Climb climb, SpeedStore speeds, BaselineComparison comparison) {
    this.climb = climb;
    this.speeds = speeds;
    this.comparison = comparison;
  }

  /** Whether a forecast has to measure this machine first. */
  boolean measures() {
    return !speeds.knows(climb.bench(), climb.machine());
  }

  Forecast forecast(List<Planned> prompts, int trainings, Progress progress) {
    SpeedStore.Found found = speeds.of(climb.bench(), climb.machine(), progress);
    RungEfforts parts = new RungEfforts(climb, prompts, trainings, found.speed(), comparison);
    Map<String, Range> ranges = new LinkedHashMap<>();
    ranges.put(Rungs.CHECK, parts.check());
    ranges.put(Rungs.PROMPT, parts.prompt());
    ranges.put(Rungs.TUNE, parts.tune());
    ranges.put(Rungs.RETENTION, parts.retention());
    ranges.put(Rungs.MITIGATE, parts.mitigate());
    ranges.put(Rungs.CONFIRM, parts.confirm());
    List<Forecast.Rung> rungs = new ArrayList<>();
    ranges.forEach((name, range) -> rungs.add(rung(name, range, found.speed())));
    Range all = ranges.values().stream().reduce(Range::plus).orElseThrow();
    return new Forecast(
        rungs, rung("all", all, found.speed()), !found.known(), notes(ranges, found.known()));
  }

  private Forecast.Rung rung(String name, Range range, MachineSpeed speed) {
    Effort expected = range.expected();
    Effort most = range.most();
    return new Forecast.Rung(
        name,
        Math.round(expected.tokens()),
        Rungs.rounded(expected.seconds()),
        money(expected),
        new Forecast.Most(Math.round(most.tokens()), Rungs.rounded(most.seconds()), money(most)),
        range.trained() ? speed.trainingBytes() : speed.promptingBytes());
  }

  private String money(Effort effort) {
    Spending.Prices prices = climb.spending().prices();
    return prices.ofSeconds(effort.seconds()).plus(prices.ofTokens(effort.sold())).text();
  }

  private List<String> notes(Map<String, Range> ranges, boolean known) {
    List<String> notes = new ArrayList<>();
    notes.add(
        known
            ? "The speed of this machine with this model was measured before and kept."
            : "The speed of this machine with this model was measured now, and is kept.");
    if (climb.prompt().ref().remote()) {
      notes.add("What a request to the remote model takes is a guess.");
    }
    if (ranges.get(Rungs.MITIGATE).most().seconds() > 0) {
      notes.add(
          "Means against forgetting are tried only if the retention gate fails; until then they"
              + " count under \"at most\" alone.");
    }
    return notes;
  }
}
