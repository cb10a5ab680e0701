package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.cost.Cost;
import dev.tuneworthy.cost.Money;
import dev.tuneworthy.cost.TokenPrice;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.policy.Policy;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetTest {
  private static final Policy.Budget LIMITS =
      new Policy.Budget(Duration.ofMinutes(10), 1000, new BigDecimal("0.50"));

  private final AtomicLong nanos = new AtomicLong();
  @TempDir Path folder;

  @Test
  void letsWorkGoOnWithinEveryLimit() {
    Spending spending = spending(Optional.of("1.00"), Optional.empty());
    spending.addLocal(999);
    assertThatNoException().isThrownBy(() -> new Budget(LIMITS, spending).check(0));
  }

  @Test
  void endsAtTheTokensThoseUnderWayIncluded() {
    Spending spending = spending(Optional.of("1.00"), Optional.empty());
    spending.addLocal(900);
    assertThatThrownBy(() -> new Budget(LIMITS, spending).check(100))
        .isInstanceOf(BudgetReached.class)
        .hasMessageContaining("1000 tokens");
  }

  @Test
  void hasRoomForWhatEndsBeforeTheLimitsAndWhatIsHeldBack() {
    Spending spending = spending(Optional.of("1.00"), Optional.empty());
    spending.addLocal(500);
    journalled(spending, 100);
    Budget budget = new Budget(LIMITS, spending);
    assertThat(budget.roomFor(499, 499)).isTrue();
    assertThat(budget.roomFor(500, 1)).isFalse();
    assertThat(budget.roomFor(1, 500)).isFalse();
    budget.reserve(300, 0, Cost.zero());
    assertThat(budget.roomFor(200, 1)).isFalse();
  }

  @Test
  void endsAtTheMoneyForMachineTime() {
    Spending spending = spending(Optional.of("6.00"), Optional.empty());
    journalled(spending, 299);
    assertThatNoException().isThrownBy(() -> new Budget(LIMITS, spending).check(0));
    journalled(spending, 2);
    assertThatThrownBy(() -> new Budget(LIMITS, spending).check(0))
        .isInstanceOf(BudgetReached.class)
        .hasMessageContaining("0.50 USD");
  }

  @Test
  void endsAtTheMoneyForTokensThatAreSold() {
    TokenPrice price =
        new TokenPrice(new BigDecimal("0.001"), new BigDecimal("0.001"), Optional.empty());
    Spending spending = spending(Optional.of("0.01"), Optional.of(price));
    spending.addSold(new TokenUsage(0, 510, 0));
    assertThatThrownBy(() -> new Budget(LIMITS, spending).check(0))
        .isInstanceOf(BudgetReached.class)
        .hasMessageContaining("USD");
  }

  @Test
  void callsMoneyUnknownWithoutAPriceAndGoesOn() {
    Spending spending = spending(Optional.empty(), Optional.empty());
    journalled(spending, 500);
    assertThat(spending.money().text()).isEqualTo("unknown");
    assertThatNoException().isThrownBy(() -> new Budget(LIMITS, spending).check(0));
  }

  @Test
  void holdsBackWhatIsReservedUntilItIsReleased() {
    Spending spending = spending(Optional.of("0.01"), Optional.empty());
    spending.addLocal(700);
    Budget budget = new Budget(LIMITS, spending);
    budget.reserve(400, 0, Cost.zero());
    assertThatThrownBy(() -> budget.check(0)).isInstanceOf(BudgetReached.class);
    budget.release();
    assertThatNoException().isThrownBy(() -> budget.check(0));
  }

  @Test
  void leavesTheSearchAShareHoweverDearTheConfirmation() {
    Spending spending = spending(Optional.of("0.01"), Optional.empty());
    spending.addLocal(200);
    Budget budget = new Budget(LIMITS, spending);
    budget.reserve(1e9, 1e9, Cost.of(Money.of("1000000")));
    assertThatNoException().isThrownBy(() -> budget.check(0));
  }

  @Test
  void hasNoRoomForMachineTimeThatTheMoneyDoesNotPayFor() {
    Spending spending = spending(Optional.of("6.00"), Optional.empty());
    Budget budget = new Budget(LIMITS, spending);
    assertThat(budget.roomFor(0, 299)).isTrue();
    assertThat(budget.roomFor(0, 301)).isFalse();
  }

  @Test
  void holdsBackMoneyToo() {
    Spending spending = spending(Optional.of("6.00"), Optional.empty());
    Budget budget = new Budget(LIMITS, spending);
    budget.reserve(0, 0, Cost.of(Money.of("0.20")));
    journalled(spending, 181);
    assertThatThrownBy(() -> budget.check(0))
        .isInstanceOf(BudgetReached.class)
        .hasMessageContaining("0.50 USD");
    budget.release();
    assertThatNoException().isThrownBy(() -> budget.check(0));
    budget.reserve(0, 0, Cost.unknown("no price"));
    assertThatNoException().isThrownBy(() -> budget.check(0));
  }

  private Journal journal;

  private Spending spending(Optional<String> hourly, Optional<TokenPrice> token) {
    journal = Journal.open(folder, "d", nanos::get);
    return new Spending(
        journal, new Spending.Prices(hourly.map(BigDecimal::new), token.isPresent(), token));
  }

  private void journalled(Spending spending, int seconds) {
    double before = spending.seconds();
    journal.time("tune/", () -> nanos.addAndGet(seconds * 1_000_000_000L));
    assertThat(spending.seconds()).isGreaterThan(before);
  }
}
