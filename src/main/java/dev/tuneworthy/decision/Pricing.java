package dev.tuneworthy.decision;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.cost.Retraining;
import dev.tuneworthy.cost.Serving;
import dev.tuneworthy.cost.Throughput;
import dev.tuneworthy.cost.TokenPrice;
import dev.tuneworthy.decision.DecisionRecord.CostPart;
import dev.tuneworthy.decision.DecisionRecord.EndOfLifePart;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.Policy;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What each candidate costs its owner: serving by the policy's prices, and once the time of
 * searching and evaluating, and of training, also of the seeds that lost.
 */
final class Pricing {
  private static final List<String> SEARCH =
      List.of("check/", "forecast/", "prompt/", "retention/", "confirm/");
  private static final List<String> TRAINING = List.of("tune/", "mitigate/");
  private static final String CURRENCY = "USD";

  private final Policy policy;
  private final DecisionBasis.Costs costs;
  private final Spending.Prices prices;

  Pricing(Policy policy, DecisionBasis.Costs costs) {
    this.policy = policy;
    this.costs = costs;
    this.prices =
        new Spending.Prices(
            hosting(policy, costs.localModel()).map(Hosting::hourly),
            costs.remotePrompts(),
            soldPrice());
  }

  /** What a decision has spent so far. */
  static DecisionBasis.Costs costs(Climb climb) {
    PromptModel prompt = climb.prompt();
    return new DecisionBasis.Costs(
        climb.machine().hardware(),
        climb.bench().ref().id(),
        prompt.ref().id(),
        prompt.ref().remote() ? prompt.source() : "",
        seconds(climb, SEARCH),
        seconds(climb, TRAINING),
        climb.today().toString(),
        climb.spending().sold());
  }

  static Optional<Hosting> hosting(Policy policy, String model) {
    return Optional.ofNullable(policy.prices().models().get(model));
  }

  /** What stays unknown under these prices, in sentences for the record. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    Optional<Hosting> hosting = hosting(policy, costs.localModel());
    if (hosting.isEmpty()) {
      warnings.add(
          ("cost: the policy has no price for own hardware of %s (prices.models), so what it costs"
                  + " stays unknown.")
              .formatted(costs.localModel()));
    } else if (hosting.get().requestsPerSecond().isEmpty() && !sameHardware(hosting.get())) {
      warnings.add(
          ("cost: the price of %s is for %s and this machine is %s; a throughput measured here does"
                  + " not count there, so what it costs stays unknown.")
              .formatted(costs.localModel(), hosting.get().hardware(), costs.hardware()));
    }
    if (costs.remotePrompts() && soldPrice().isEmpty()) {
      warnings.add(
          "cost: the price list has no price for %s, so what it costs stays unknown."
              .formatted(costs.promptModel()));
    }
    int horizon = policy.traffic().horizonMonths();
    if (lifeMonths().filter(months -> months < 0).isPresent()) {
      warnings.add(
          "cost: %s is no longer sold since %s, so what it costs stays unknown."
              .formatted(costs.promptModel(), endOfLife().orElseThrow()));
    } else if (lifeMonths().filter(months -> months < horizon).isPresent()) {
      warnings.add(
          ("cost: %s is sold until %s, which is within the horizon of %d months. Then another model"
                  + " has to be found: what was spent once on search and evaluation counts twice for"
                  + " its prompts, and the price is taken to stay the same.")
              .formatted(costs.promptModel(), endOfLife().orElseThrow(), horizon));
    }
    return warnings;
  }

  /**
   * What the end of the prompt model's life does to the costs of finalists; empty unless it falls
   * into the horizon.
   *
   * @param onTest the trials of the finalists on test
   */
  Optional<EndOfLifePart> endOfLife(List<Trial> onTest) {
    int horizon = policy.traffic().horizonMonths();
    List<Trial> ending = onTest.stream().filter(trial -> trial.model().remote()).toList();
    Optional<Integer> life = lifeMonths().filter(months -> months < horizon);
    if (life.isEmpty() || ending.isEmpty()) {
      return Optional.empty();
    }
    Cost added =
        life.get() < 0
            ? Cost.unknown("the model is no longer sold")
            : of(ending.get(0), 0).renewal(horizon);
    return Optional.of(
        new EndOfLifePart(
            costs.promptModel(),
            endOfLife().orElseThrow().toString(),
            Math.max(0, life.get()),
            ending.stream().map(Trial::candidateId).toList(),
            added.text()));
  }

  /**
   * What a finalist costs.
   *
   * @param requestsPerSecond measured; 0 if unknown
   */
  ApproachCost of(Trial trial, double requestsPerSecond) {
    Optional<Throughput> throughput =
        requestsPerSecond > 0
            ? Optional.of(new Throughput(requestsPerSecond, costs.hardware()))
            : Optional.empty();
    boolean remote = trial.model().remote();
    return new ApproachCost(
        serving(trial, throughput),
        once(trial.approach(), remote),
        trial.approach().tuned() ? retraining() : Optional.empty(),
        remote ? lifeMonths() : Optional.empty());
  }

  /** What serving a candidate costs that was not timed. */
  ApproachCost untimed(Trial trial) {
    return new ApproachCost(serving(trial, Optional.empty()), Cost.zero());
  }

  /** A cost at the policy's traffic, for the record. */
  CostPart part(ApproachCost cost) {
    Policy.Traffic traffic = policy.traffic();
    long requests = traffic.requestsPerMonth();
    return new CostPart(
        cost.perRequest(requests).text(),
        cost.perMonth(requests).text(),
        cost.overHorizon(requests, traffic.horizonMonths()).text(),
        CURRENCY);
  }

  private Serving serving(Trial trial, Optional<Throughput> throughput) {
    String model = trial.model().id();
    if (trial.model().remote() && lifeMonths().filter(months -> months < 0).isPresent()) {
      return new Serving.Unpriced(model + " is no longer sold since " + endOfLife().orElseThrow());
    }
    return trial.model().remote()
        ? Serving.byToken(
            model,
            soldPrice(),
            trial.tokens(),
            trial.n() - trial.failed(),
            policy.traffic().batchShare())
        : Serving.byHour(model, hosting(policy, model), throughput);
  }

  /**
   * Search and evaluation are spent whatever is chosen and count alike for all; training counts for
   * what was tuned. So on the same hardware a tuned model is the dearer one, however long the
   * search for a prompt took.
   */
  private Cost once(Approach approach, boolean remote) {
    boolean timeIsFree = remote && prices.hourly().isEmpty(); // then it is nobody's cost but ours
    Cost search = timeIsFree ? Cost.zero() : prices.ofSeconds(costs.searchSeconds());
    Cost sold = prices.ofTokens(costs.sold());
    Cost training = approach.tuned() ? prices.ofSeconds(costs.trainingSeconds()) : Cost.zero();
    return search.plus(sold).plus(training);
  }

  /** The training again, and the policy's share of search and evaluation. */
  private Optional<Retraining> retraining() {
    return policy
        .traffic()
        .retraining()
        .map(
            again -> {
              double seconds =
                  costs.trainingSeconds() + again.searchShare() * costs.searchSeconds();
              return new Retraining(again.everyMonths(), prices.ofSeconds(seconds));
            });
  }

  private Optional<LocalDate> endOfLife() {
    return costs.remotePrompts()
        ? policy.prices().endOfLife(costs.promptModel(), costs.promptSource())
        : Optional.empty();
  }

  /** Whole months for which the prompt model is still sold; negative where it no longer is. */
  private Optional<Integer> lifeMonths() {
    LocalDate from = LocalDate.parse(costs.decidedOn());
    return endOfLife()
        .map(day -> day.isAfter(from) ? (int) ChronoUnit.MONTHS.between(from, day) : -1);
  }

  private Optional<TokenPrice> soldPrice() {
    return policy.prices().tokenPrice(costs.promptModel(), costs.promptSource());
  }

  private boolean sameHardware(Hosting hosting) {
    Throughput any = new Throughput(1, costs.hardware());
    return Serving.byHour("", Optional.of(hosting), Optional.of(any)) instanceof Serving.ByHour;
  }

  private static double seconds(Climb climb, List<String> pieces) {
    return pieces.stream().mapToDouble(piece -> climb.journal().seconds(piece)).sum();
  }
}
