package dev.tuneworthy.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;

/** Numbers as people read them; the same in every language setting. */
final class Figures {
  static final String UNKNOWN = "unknown";

  private static final double SECONDS_A_MINUTE = 60;
  private static final double SECONDS_AN_HOUR = 3600;

  private Figures() {}

  /** A rate: {@code 88.7 %}. */
  static String percent(double rate) {
    return String.format(Locale.ROOT, "%.1f %%", rate * 100);
  }

  /** A difference of rates with its sign: {@code +4.7 points}. */
  static String points(double difference) {
    return String.format(Locale.ROOT, "%+.1f points", difference * 100).replace('-', '−');
  }

  /** The size of a drop, whose direction is in its name: {@code 2.1 points}. */
  static String drop(double drop) {
    return String.format(Locale.ROOT, "%.1f points", drop * 100).replace('-', '−');
  }

  static String interval(double low, double high) {
    return String.format(Locale.ROOT, "%.1f to %.1f %%", low * 100, high * 100);
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Tokens of a request: whole, or with one decimal where that matters. */
  static String tokens(double number) {
    return number == Math.rint(number)
        ? count((long) number)
        : String.format(Locale.ROOT, "%,.1f", number);
  }

  static String millis(double millis) {
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%,.0f ms", millis);
  }

  static String duration(double seconds) {
    if (seconds < SECONDS_A_MINUTE) {
      return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
    }
    long whole = Math.round(seconds);
    return seconds < SECONDS_AN_HOUR
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** A probability, without pretending to more digits than it has. */
  static String probability(double p) {
    return p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }

  /** Money with its currency and separators; {@code unknown} stays that word. */
  static String money(String amount, String currency) {
    return amount(amount).map(value -> decimal(value) + " " + currency).orElse(UNKNOWN);
  }

  /** Cents, except where they would hide a small price. */
  private static String decimal(BigDecimal value) {
    boolean small = value.abs().compareTo(BigDecimal.ONE) < 0;
    BigDecimal shown =
        small
            ? value.stripTrailingZeros().setScale(Math.max(2, value.stripTrailingZeros().scale()))
            : value.setScale(2, RoundingMode.HALF_UP);
    return String.format(Locale.ROOT, "%,." + shown.scale() + "f", shown);
  }

  /** The value of a decimal string; empty if the price is unknown. */
  static Optional<BigDecimal> amount(String text) {
    try {
      return Optional.of(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
