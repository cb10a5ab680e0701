package dev.tuneworthy.decision;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.cost.Serving;
import dev.tuneworthy.cost.Throughput;
import dev.tuneworthy.cost.TokenPrice;
import dev.tuneworthy.decision.Confirmation.Confirmed;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.Policy;
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

  private final Climb climb;
  private final Spending.Prices prices;

  Pricing(Climb climb, Spending.Prices prices) {
    this.climb = climb;
    this.prices = prices;
  }

  static Optional<Hosting> hosting(Policy policy, String model) {
    return Optional.ofNullable(policy.prices().models().get(model));
  }

  /** By the model's name, or that with its provider before it, as price lists have both. */
  static Optional<TokenPrice> tokenPrice(Policy policy, PromptModel model) {
    String name = model.ref().id();
    var catalogue = policy.prices().catalogue();
    return Optional.ofNullable(catalogue.get(name))
        .or(() -> Optional.ofNullable(catalogue.get(model.source().replaceFirst(":", "/"))));
  }

  static boolean sameHardware(Hosting hosting, Machine machine) {
    Throughput any = new Throughput(1, machine.hardware());
    return Serving.byHour("", Optional.of(hosting), Optional.of(any)) instanceof Serving.ByHour;
  }

  ApproachCost of(Confirmed confirmed) {
    Optional<Throughput> throughput =
        confirmed
            .timing()
            .filter(timing -> timing.requestsPerSecond() > 0)
            .map(t -> new Throughput(t.requestsPerSecond(), climb.machine().hardware()));
    return new ApproachCost(
        serving(confirmed.trial(), throughput),
        once(confirmed.candidate().approach(), confirmed.candidate().model().remote()));
  }

  /** What serving a candidate costs that was not timed. */
  ApproachCost untimed(Trial trial) {
    return new ApproachCost(serving(trial, Optional.empty()), Cost.zero());
  }

  private Serving serving(Trial trial, Optional<Throughput> throughput) {
    Policy policy = climb.request().policy();
    String model = trial.model().id();
    return trial.model().remote()
        ? Serving.byToken(
            model, tokenPrice(policy, climb.prompt()), trial.tokens(), trial.n() - trial.failed())
        : Serving.byHour(model, hosting(policy, model), throughput);
  }

  /**
   * Search and evaluation are spent whatever is chosen and count alike for all; training counts for
   * what was tuned. So on the same hardware a tuned model is the dearer one, however long the
   * search for a prompt took.
   */
  private Cost once(Approach approach, boolean remote) {
    boolean timeIsFree = remote && prices.hourly().isEmpty(); // then it is nobody's cost but ours
    Cost search = timeIsFree ? Cost.zero() : prices.ofSeconds(seconds(SEARCH));
    Cost sold = prices.ofTokens(climb.spending().sold());
    Cost training = approach.tuned() ? prices.ofSeconds(seconds(TRAINING)) : Cost.zero();
    return search.plus(sold).plus(training);
  }

  private double seconds(List<String> pieces) {
    return pieces.stream().mapToDouble(piece -> climb.journal().seconds(piece)).sum();
  }
}
