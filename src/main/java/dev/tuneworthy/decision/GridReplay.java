package dev.tuneworthy.decision;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.cost.Serving;
import dev.tuneworthy.decision.DecisionBasis.Missing;
import dev.tuneworthy.decision.DecisionBasis.Why;
import dev.tuneworthy.decision.OutcomeGrid.Column;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.policy.Policy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A decision over an {@link OutcomeGrid}, from which every answer is looked up: prompts are
 * screened on one half of dev and the better half of them goes on to all of it, tuning is left out
 * where it cannot pay, test is met by the finalists alone, and {@link DecideRung} decides. Or all
 * of it is evaluated: the full grid that the ladder is compared with. Quality alone is judged:
 * grids know neither retention nor latency, and serving costs the same whatever is served, so that
 * a tuned candidate is the dearer one by its training, as on own hardware.
 */
final class GridReplay {
  /** One replica of the same hardware, whatever it serves. */
  private static final Serving OWN_HARDWARE =
      new Serving.ByHour(new Hosting(BigDecimal.ONE, 1, 1, Optional.empty(), ""), 1e6);

  private static final Money A_TRAINING = Money.of("1");

  /** As in {@link PromptSearch}: with fewer dev items half of them would say too little. */
  private static final int LEAST_TO_HALVE = 20;

  private final Policy policy;

  GridReplay(Policy policy) {
    this.policy =
        new Policy(
            policy.name(),
            policy.goal(),
            policy.traffic(),
            policy.quality(),
            policy.retention(),
            Optional.empty(),
            Optional.empty(),
            policy.prices(),
            policy.remoteExamples(),
            policy.budget(),
            policy.sha256());
  }

  /**
   * What came of it.
   *
   * @param tokens of all requests and trainings
   */
  record Outcome(Verdict verdict, Optional<String> recommended, double tokens) {}

  /** Every candidate on every item, the best of each approach chosen on dev. */
  Outcome full(OutcomeGrid grid) {
    Run run = new Run(grid);
    List<Column> finalists = new ArrayList<>();
    int items = grid.dev() + grid.test();
    for (Approach approach : Approach.values()) {
      prompts(grid, approach).forEach(same -> run.spend(same.get(0), items));
      best(grid, approach, all(grid.dev())).ifPresent(finalists::add);
    }
    Finding finding = run.decided(finalists, List.of());
    return new Outcome(finding.verdict(), finding.recommended(), run.tokens);
  }

  /** As the ladder goes about it. */
  Outcome climbed(OutcomeGrid grid) {
    return new Run(grid).climb();
  }

  private final class Run {
    private final OutcomeGrid grid;
    private final int[] dev;
    private double tokens;

    Run(OutcomeGrid grid) {
      this.grid = grid;
      this.dev = all(grid.dev());
    }

    void spend(Column column, int items) {
      tokens += column.tokensPerRequest() * items;
      tokens += column.trainedTokens();
    }

    Outcome climb() {
      List<Column> finalists = new ArrayList<>();
      prompts(grid, Approach.ZERO_SHOT).forEach(same -> spend(same.get(0), dev.length));
      best(grid, Approach.ZERO_SHOT, dev).ifPresent(finalists::add);
      List<List<Column>> shots = halved(prompts(grid, Approach.FEW_SHOT));
      best(shots.stream().flatMap(List::stream).toList(), dev).ifPresent(finalists::add);
      List<List<Column>> adapters = prompts(grid, Approach.LORA);
      finalists.forEach(finalist -> spend(finalist, grid.test()));
      boolean left = adapters.isEmpty() || (cannotPay(shots) && !stillOpen(finalists));
      if (!left) {
        adapters.forEach(same -> spend(same.get(0), dev.length));
        best(grid, Approach.LORA, dev)
            .ifPresent(
                adapter -> {
                  tokens += adapter.tokensPerRequest() * grid.test();
                  finalists.add(adapter);
                });
      }
      List<Missing> missing =
          left && !adapters.isEmpty()
              ? List.of(new Missing(Approach.LORA.label(), Why.COULD_NOT_PAY))
              : List.of();
      Finding finding = decided(finalists, missing);
      return new Outcome(finding.verdict(), finding.recommended(), tokens);
    }

    /** Few-shot prompts that all of dev has seen. */
    private List<List<Column>> halved(List<List<Column>> prompts) {
      if (dev.length < LEAST_TO_HALVE) {
        prompts.forEach(same -> spend(same.get(0), dev.length));
        return prompts;
      }
      int[] half = IntStream.range(0, dev.length).filter(i -> i % 2 == 0).toArray();
      prompts.forEach(same -> spend(same.get(0), half.length));
      List<List<Column>> kept =
          prompts.stream()
              .sorted(
                  Comparator.comparingDouble(
                      same -> -quality(best(same, half).orElseThrow(), half)))
              .limit((prompts.size() + 1) / 2)
              .toList();
      kept.forEach(same -> spend(same.get(0), dev.length - half.length));
      return kept;
    }

    private boolean cannotPay(List<List<Column>> shots) {
      List<Column> seen = new ArrayList<>(of(grid, Approach.ZERO_SHOT));
      shots.forEach(seen::addAll);
      int tried = prompts(grid, Approach.FEW_SHOT).size();
      return policy.goal() == Policy.Goal.CHEAPEST
          && seen.stream()
              .anyMatch(
                  column ->
                      TuningWorth.leavesNoRoom(
                          TuningWorth.lower(onDev(column), tried), policy, grid.test()));
    }

    private TestScores onDev(Column column) {
      return new TestScores(column.dev(), Optional.empty(), grid.devClusters());
    }

    private boolean stillOpen(List<Column> known) {
      return StillOpen.couldChange(finalists(known), List.of(Approach.LORA), policy);
    }

    Finding decided(List<Column> columns, List<Missing> missing) {
      return DecideRung.decide(finalists(columns), missing, policy);
    }

    private List<Finalist> finalists(List<Column> columns) {
      return columns.stream().map(this::finalist).toList();
    }

    private Finalist finalist(Column column) {
      Cost once = column.approach().tuned() ? Cost.of(A_TRAINING) : Cost.zero();
      return new Finalist(
          column.candidate(),
          column.approach(),
          new TestScores(column.test(), Optional.empty(), grid.testClusters()),
          List.of(),
          new ApproachCost(OWN_HARDWARE, once),
          RetentionGate.NO_WEIGHTS_MOVED);
    }
  }

  /** The candidates of an approach, those with the same requests together. */
  private static List<List<Column>> prompts(OutcomeGrid grid, Approach approach) {
    Map<String, List<Column>> by = new LinkedHashMap<>();
    of(grid, approach)
        .forEach(c -> by.computeIfAbsent(c.requests(), key -> new ArrayList<>()).add(c));
    return List.copyOf(by.values());
  }

  private static List<Column> of(OutcomeGrid grid, Approach approach) {
    return grid.columns().stream().filter(column -> column.approach() == approach).toList();
  }

  private static Optional<Column> best(OutcomeGrid grid, Approach approach, int[] items) {
    return best(of(grid, approach), items);
  }

  /** The best on some of dev; among equals the first. */
  private static Optional<Column> best(List<Column> columns, int[] items) {
    return columns.stream().reduce((a, b) -> right(b, items) > right(a, items) ? b : a);
  }

  private static double quality(Column column, int[] items) {
    return (double) right(column, items) / items.length;
  }

  private static int right(Column column, int[] items) {
    return (int) IntStream.of(items).filter(i -> column.dev().get(i) == Mark.RIGHT).count();
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }
}
