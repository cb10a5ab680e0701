package dev.tuneworthy.decoder;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/**
 * Shows that an adapter reaches the logits: the same few tokens with it and without it, in the same
 * session and batch shape, where the base model repeats itself bit for bit. An adapter that was
 * never trained (B = 0), or that is fed but not wired, would otherwise be scored as if it were the
 * base model, and look harmless.
 */
final class AdapterProbe {
  /** Tokens spread over the vocabulary; what they say does not matter. */
  private static final int TOKENS = 8;

  private final Decoder decoder;

  AdapterProbe(Decoder decoder) {
    this.decoder = decoder;
  }

  /**
   * The largest absolute change of a logit.
   *
   * @throws ServiceException {@link ErrorCode#INERT_ADAPTER} if no logit changes, {@link
   *     ErrorCode#BAD_ADAPTER} if one is no longer a number
   */
  double check(Adapter base, Adapter adapter) {
    FloatBuffer before = logits(base);
    FloatBuffer after = logits(adapter);
    double largest = 0;
    for (int i = 0; i < before.limit(); i++) {
      if (!Float.isFinite(after.get(i))) {
        throw ServiceException.of(
            ErrorCode.BAD_ADAPTER,
            "adapter",
            "finite logits",
            after.get(i) + " after " + TOKENS + " tokens",
            "Its weights are too large: train it again with a lower learning rate.");
      }
      largest = Math.max(largest, Math.abs((double) after.get(i) - before.get(i)));
    }
    if (largest == 0) {
      throw ServiceException.of(
          ErrorCode.INERT_ADAPTER,
          "adapter",
          "logits that differ from the base model's",
          "the same logits bit for bit",
          "It was not trained (its B is zero) or is for another model: train it on this model.");
    }
    return largest;
  }

  /** Logits [V] after the last probe token. */
  private FloatBuffer logits(Adapter adapter) {
    Pass pass = new Pass(1, TOKENS);
    int vocabulary = decoder.config().vocabulary();
    for (int s = 0; s < TOKENS; s++) {
      pass.token(0, s, (int) ((s + 1L) * vocabulary / (TOKENS + 1)), s);
      for (int t = 0; t <= s; t++) {
        pass.see(0, s, t);
      }
    }
    pass.headRows = new long[] {TOKENS - 1};
    Map<String, NativeTensor> out =
        decoder.run(pass, decoder.emptyPrefix(), adapter, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      FloatBuffer values = logits.floats();
      return FloatBuffer.allocate(values.remaining()).put(values).flip();
    }
  }
}
