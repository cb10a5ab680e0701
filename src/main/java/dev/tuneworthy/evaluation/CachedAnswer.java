package dev.tuneworthy.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.cost.TokenUsage;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One line of the result cache: a key and the answer that belongs to it. */
record CachedAnswer(
    String key, String text, List<Double> logLikelihoods, long cached, long fresh, long output) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What every whole line looks like from outside; cheap enough for each line at start-up. */
  private static final Pattern WHOLE = Pattern.compile("\\{\"key\":\"([0-9a-f]{64})\",.*}");

  static CachedAnswer of(String key, Answer.Given given) {
    TokenUsage tokens = given.tokens();
    return new CachedAnswer(
        key,
        given.text(),
        given.logLikelihoods(),
        tokens.cached(),
        tokens.fresh(),
        tokens.output());
  }

  /** The key of a line, empty if the line is not a whole entry. */
  static Optional<String> keyOf(String line) {
    var matcher = WHOLE.matcher(line);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  static Optional<CachedAnswer> parse(String line) {
    try {
      CachedAnswer parsed = JSON.readValue(line, CachedAnswer.class);
      return parsed.whole() ? Optional.of(parsed) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The entry as one line without its end, the key first. */
  String line() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer has no form in JSON", e);
    }
  }

  Answer.Given given() {
    return new Answer.Given(text, logLikelihoods, new TokenUsage(cached, fresh, output));
  }

  @SuppressWarnings("ConstantValue") // Jackson leaves absent fields null
  private boolean whole() {
    return key != null
        && text != null
        && logLikelihoods != null
        && logLikelihoods.stream().allMatch(v -> v != null && Double.isFinite(v))
        && cached >= 0
        && fresh >= 0
        && output >= 0;
  }
}
