package dev.tuneworthy.cost;

/**
 * Tokens of one or several requests as production would send them; the three counts are disjoint.
 *
 * @param cached input tokens served from a prefix cache
 * @param fresh input tokens computed anew
 * @param output generated tokens
 */
public record TokenUsage(long cached, long fresh, long output) {
  public static final TokenUsage NONE = new TokenUsage(0, 0, 0);

  public TokenUsage {
    if (cached < 0 || fresh < 0 || output < 0) {
      throw new IllegalArgumentException(
          "token counts cannot be negative: " + cached + ", " + fresh + ", " + output);
    }
  }

  public TokenUsage plus(TokenUsage other) {
    return new TokenUsage(cached + other.cached, fresh + other.fresh, output + other.output);
  }

  public long total() {
    return cached + fresh + output;
  }
}
