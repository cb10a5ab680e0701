package dev.tuneworthy.decision;

import dev.tuneworthy.cost.TokenUsage;

/**
 * What some work is expected to take.
 *
 * @param tokens all of them, as {@link Spending} counts them
 * @param seconds of this machine
 * @param soldCached those of the tokens that a remote model reads from its cache
 * @param soldFresh those that it reads anew
 * @param soldOutput those that it writes
 */
record Effort(
    double tokens, double seconds, double soldCached, double soldFresh, double soldOutput) {
  static final Effort NONE = new Effort(0, 0, 0, 0, 0);

  /** Work of the local model. */
  static Effort local(double tokens, double seconds) {
    return new Effort(tokens, seconds, 0, 0, 0);
  }

  Effort plus(Effort other) {
    return new Effort(
        tokens + other.tokens,
        seconds + other.seconds,
        soldCached + other.soldCached,
        soldFresh + other.soldFresh,
        soldOutput + other.soldOutput);
  }

  Effort times(double factor) {
    return new Effort(
        factor * tokens,
        factor * seconds,
        factor * soldCached,
        factor * soldFresh,
        factor * soldOutput);
  }

  /** What is paid for by the token. */
  TokenUsage sold() {
    return new TokenUsage(Math.round(soldCached), Math.round(soldFresh), Math.round(soldOutput));
  }
}
