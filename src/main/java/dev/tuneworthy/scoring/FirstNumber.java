package dev.tuneworthy.scoring;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Finds the first number of a text. A comma parts thousands ("1,234" is 1234), a point decimals; a
 * minus counts only where no letter or digit stands before it ("covid-19" holds 19).
 */
final class FirstNumber {
  private static final int LONGEST = 100;

  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+\u2212]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\\.[0-9]+)?|[0-9]+(?:\\.[0-9]+)?|\\.[0-9]+)"
              + "(?:[eE][-+]?[0-9]{1,3}\\b)?");

  private FirstNumber() {}

  /** The number, empty where there is none or one of more than {@value #LONGEST} characters. */
  static Optional<BigDecimal> in(String text) {
    Matcher matcher = NUMBER.matcher(text);
    if (!matcher.find() || matcher.end() - matcher.start() > LONGEST) {
      return Optional.empty();
    }
    String number = matcher.group().replace(",", "").replace('\u2212', '-');
    boolean signed = number.charAt(0) == '-' || number.charAt(0) == '+';
    boolean inWord =
        matcher.start() > 0 && Character.isLetterOrDigit(text.charAt(matcher.start() - 1));
    return Optional.of(new BigDecimal(signed && inWord ? number.substring(1) : number));
  }

  static boolean near(BigDecimal a, BigDecimal b, double tolerance) {
    return a.subtract(b).abs().compareTo(BigDecimal.valueOf(tolerance)) <= 0;
  }
}
