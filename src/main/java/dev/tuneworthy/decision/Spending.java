package dev.tuneworthy.decision;

import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.cost.TokenPrice;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.evaluation.QuestionRunner;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What finding out has cost so far. Tokens are those of the evidence, whatever a cache saved, so
 * that a run that was interrupted and one that was not count the same.
 */
final class Spending {
  private final Journal journal;
  private final Prices prices;
  private final List<QuestionRunner> local = new ArrayList<>();
  private final List<QuestionRunner> remote = new ArrayList<>();
  private long localTokens;
  private TokenUsage soldTokens = TokenUsage.NONE;
  private final Set<String> started = new HashSet<>();

  /**
   * What is paid for the machine and for the remote model.
   *
   * @param hourly USD an hour of this machine; empty if the policy has no price for it
   * @param remote whether prompts go to a remote model
   * @param token price of the remote model; empty if the catalogue does not know it
   */
  record Prices(Optional<BigDecimal> hourly, boolean remote, Optional<TokenPrice> token) {
    Cost ofSeconds(double seconds) {
      return hourly
          .map(h -> Cost.of(new Money(h).times(BigDecimal.valueOf(seconds)).dividedBy(3600)))
          .orElse(Cost.unknown("the policy has no price for this machine"));
    }

    Cost ofTokens(TokenUsage usage) {
      if (!remote) {
        return Cost.zero();
      }
      return token
          .map(price -> Cost.of(price.of(usage)))
          .orElse(Cost.unknown("the price list does not know the remote model"));
    }
  }

  Spending(Journal journal, Prices prices) {
    this.journal = journal;
    this.prices = prices;
  }

  Prices prices() {
    return prices;
  }

  /** Counts whatever this runner asks; {@code isRemote} if its model is sold by the token. */
  QuestionRunner watch(QuestionRunner runner, boolean isRemote) {
    (isRemote ? remote : local).add(runner);
    return runner;
  }

  /** From here on the journal's tokens of a rung count, those of an interrupted run among them. */
  void start(String rung) {
    started.add(rung);
  }

  void addLocal(long tokens) {
    localTokens += tokens;
  }

  void addSold(TokenUsage tokens) {
    soldTokens = soldTokens.plus(tokens);
  }

  long tokens() {
    long asked = local.stream().mapToLong(runner -> runner.used().total()).sum();
    long checks = started.stream().mapToLong(rung -> journal.tokens(rung + "/")).sum();
    return asked + localTokens + checks + sold().total();
  }

  double seconds() {
    return journal.seconds("");
  }

  Cost money() {
    return prices.ofSeconds(seconds()).plus(prices.ofTokens(sold()));
  }

  /** Tokens of the remote model. */
  TokenUsage sold() {
    return remote.stream().map(QuestionRunner::used).reduce(soldTokens, TokenUsage::plus);
  }
}
