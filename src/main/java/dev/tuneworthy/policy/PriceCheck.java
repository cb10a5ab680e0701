package dev.tuneworthy.policy;

import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.cost.TokenPrice;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether a policy's prices can be relied on: there for every model it names, and recent. */
public final class PriceCheck {
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

  private final Policy policy;
  private final LocalDate today;
  private final List<Row> rows = new ArrayList<>();

  /** How it stands with one price. */
  public enum State {
    OK,
    /** The list has no price, so that what the model costs stays unknown. */
    MISSING,
    /** The list is older than was asked for. */
    STALE,
    /** Nobody says of which day the list is, or it is of a day to come. */
    UNDATED,
    /** The model is no longer sold. */
    ENDED
  }

  /**
   * One thing that was looked at.
   *
   * @param what {@code price list} or a model
   * @param found in words
   */
  public record Row(String what, String found, State state) {}

  private PriceCheck(Policy policy, LocalDate today) {
    this.policy = policy;
    this.today = today;
  }

  /**
   * Looks at the list and at every model that the policy names.
   *
   * @param further models sold by the token that are to be priced as well, as {@code
   *     provider:model}
   * @param mostDays age from which a list is stale
   */
  public static List<Row> of(Policy policy, List<String> further, LocalDate today, int mostDays) {
    PriceCheck check = new PriceCheck(policy, today);
    TreeSet<String> sold = new TreeSet<>(policy.prices().sold().keySet());
    sold.addAll(further);
    if (!sold.isEmpty() || !policy.prices().catalogue().isEmpty()) {
      check.list(mostDays);
    }
    new TreeMap<>(policy.prices().models()).forEach(check::own);
    sold.forEach(check::sold);
    return List.copyOf(check.rows);
  }

  private void list(int mostDays) {
    Optional<LocalDate> asOf = policy.prices().list().asOf();
    if (asOf.isEmpty()) {
      String found = "no date; prices.asOf of the policy can say it";
      rows.add(new Row("price list", found, State.UNDATED));
      return;
    }
    long days = ChronoUnit.DAYS.between(asOf.get(), today);
    State state = days < 0 ? State.UNDATED : days > mostDays ? State.STALE : State.OK;
    String age = days < 0 ? "a day to come" : days + " days old, at most " + mostDays;
    rows.add(new Row("price list", asOf.get() + ", " + age, state));
  }

  private void own(String model, Hosting hosting) {
    String rate =
        hosting
            .requestsPerSecond()
            .map(r -> r + " requests a second")
            .orElse("throughput as measured");
    String hardware = hosting.hardware().isBlank() ? "own hardware" : hosting.hardware();
    String found = hosting.hourly().toPlainString() + " USD an hour of " + hardware + ", " + rate;
    rows.add(new Row(model, found, State.OK));
  }

  private void sold(String named) {
    String model = named.substring(named.indexOf(':') + 1);
    Optional<TokenPrice> price = policy.prices().tokenPrice(model, named);
    Optional<LocalDate> end = policy.prices().endOfLife(model, named);
    boolean ended = end.filter(day -> !day.isAfter(today)).isPresent();
    LocalDate horizon = today.plusMonths(policy.traffic().horizonMonths());
    String life =
        end.map(day -> ", sold until " + day + (day.isBefore(horizon) ? ", in the horizon" : ""))
            .orElse("");
    String found = price.map(PriceCheck::text).orElse("no price") + life;
    State state = ended ? State.ENDED : price.isEmpty() ? State.MISSING : State.OK;
    rows.add(new Row(named, found, state));
  }

  private static String text(TokenPrice price) {
    List<String> texts = new ArrayList<>();
    price.cachedInput().ifPresent(cached -> texts.add("cached " + aMillion(cached)));
    texts.add("in " + aMillion(price.input()));
    texts.add("out " + aMillion(price.output()));
    price.cacheWrite().ifPresent(write -> texts.add("cache write " + aMillion(write)));
    price.batchInput().ifPresent(input -> texts.add("in a batch " + aMillion(input)));
    price.batchOutput().ifPresent(output -> texts.add("out of a batch " + aMillion(output)));
    return String.join(", ", texts) + " USD a million tokens";
  }

  private static String aMillion(BigDecimal perToken) {
    BigDecimal amount = perToken.multiply(MILLION);
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }
}
