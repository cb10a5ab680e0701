package dev.tuneworthy.decoder;

import java.util.Arrays;

/**
 * One run of the decoder over a batch of B rows of S tokens that continue a shared prefix: token
 * ids, positions, who sees whom, whose logits are wanted, and which log probabilities. Filled in
 * place, used once.
 */
final class Pass {
  /** Added to a score that must not count; its exponential is zero in float32. */
  private static final float HIDDEN = -1e9f;

  final int batch;
  final int own;
  final long[] ids;
  final long[] positions;
  final float[] mask;
  long[] headRows = new long[0];
  long[] picks = new long[0];

  /**
   * A pass whose rows see nothing yet but themselves, so that padding is harmless.
   *
   * @param batch B sequences
   * @param own S tokens of each in this pass
   */
  Pass(int batch, int own) {
    this.batch = batch;
    this.own = own;
    ids = new long[batch * own];
    positions = new long[batch * own];
    mask = new float[Math.multiplyExact(batch * own, own)];
    Arrays.fill(mask, HIDDEN);
    for (int b = 0; b < batch; b++) {
      for (int s = 0; s < own; s++) {
        see(b, s, s);
      }
    }
  }

  /** Puts a token at row s of sequence b. */
  void token(int b, int s, int id, int position) {
    ids[b * own + s] = id;
    positions[b * own + s] = position;
  }

  /** Lets row s of sequence b see the key of its row t. */
  void see(int b, int s, int t) {
    mask[(b * own + s) * own + t] = 0;
  }

  /** Lets row s of sequence b see every key that row {@code other} sees. */
  void seeAs(int b, int s, int other) {
    int from = (b * own + other) * own;
    int to = (b * own + s) * own;
    for (int t = 0; t < own; t++) {
      if (mask[from + t] == 0) {
        mask[to + t] = 0;
      }
    }
  }

  /**
   * The mask of a sliding layer: of what a row sees, the last {@code window} tokens, itself among
   * them. What it sees of its own sequence follows the prefix without a gap, in order, so the last
   * ones are the nearest.
   *
   * @return [B, 1, S, S]
   */
  float[] ownWindow(int window) {
    float[] near = mask.clone();
    for (int row = 0; row < batch * own; row++) {
      int left = window;
      for (int t = (row + 1) * own - 1; t >= row * own; t--) {
        if (near[t] == 0 && left-- <= 0) {
          near[t] = HIDDEN;
        }
      }
    }
    return near;
  }

  /**
   * What a sliding layer hides of the prefix: all but the tokens for which a row's own leave room.
   *
   * @param prefix P tokens
   * @return [B, 1, S, P]
   */
  float[] prefixWindow(int window, int prefix) {
    float[] near = new float[Math.multiplyExact(batch * own, prefix)];
    for (int row = 0; row < batch * own; row++) {
      int seen = 0;
      for (int t = row * own; t < (row + 1) * own; t++) {
        seen += mask[t] == 0 ? 1 : 0;
      }
      int hidden = Math.min(prefix, Math.max(0, prefix + seen - window));
      Arrays.fill(near, row * prefix, row * prefix + hidden, HIDDEN);
    }
    return near;
  }

  /** Index of row s of sequence b among all rows. */
  int row(int b, int s) {
    return b * own + s;
  }
}
