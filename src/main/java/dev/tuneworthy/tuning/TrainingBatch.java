package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.DecoderGraph;
import dev.tuneworthy.runtime.NativeTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The feeds of one training step: P prefix tokens once, then the own tokens of the examples, packed
 * into B rows of S ({@link Packing}); an example sees the prefix and itself. The last token of a
 * completion is only a label and is in no row.
 */
final class TrainingBatch {
  private static final float HIDDEN = -1e9f;

  private final List<EncodedExample> examples;
  private final int prefix;
  private final int batch;
  private final int own;
  private final long[] ids;
  private final long[] positions;
  private final float[] ownMask;
  private final long[] headRows;
  private final long[] picks;
  private final float[] weights;

  /**
   * @param prefix how many leading tokens all examples share; each prompt is longer, since its last
   *     row predicts the first token of the answer
   */
  TrainingBatch(List<EncodedExample> examples, int prefix) {
    this(examples, prefix, 1);
  }

  /**
   * @param share of the whole step's loss that the mean over this batch's labels makes up
   */
  TrainingBatch(List<EncodedExample> examples, int prefix, double share) {
    if (examples.stream().anyMatch(example -> example.prompt().size() <= prefix)) {
      throw new IllegalArgumentException("a prompt is not longer than the prefix of " + prefix);
    }
    this.examples = List.copyOf(examples);
    this.prefix = prefix;
    Packing packing =
        Packing.of(examples.stream().mapToInt(e -> e.length() - 1 - prefix).toArray());
    this.batch = packing.rows();
    this.own = packing.length();
    int rows = prefix + batch * own;
    ids = new long[rows];
    positions = new long[rows];
    ownMask = new float[batch * own * own];
    int labels = examples.stream().mapToInt(e -> e.completion().size()).sum();
    headRows = new long[labels];
    picks = new long[2 * labels];
    weights = new float[labels];
    Arrays.fill(weights, (float) (share / labels));
    layPrefix(examples.get(0));
    Arrays.fill(ownMask, HIDDEN);
    for (int row = 0; row < batch * own; row++) {
      ownMask[row * own + row % own] = 0f; // padding sees itself, which keeps its softmax finite
    }
    int label = 0;
    for (int i = 0; i < examples.size(); i++) {
      label = lay(examples.get(i), packing.row().get(i) * own, packing.start().get(i), label);
    }
  }

  /** A batch whose every label has the weight 1: the loss is minus its log-likelihood. */
  static TrainingBatch summed(EncodedExample example) {
    return new TrainingBatch(List.of(example), 0, example.completion().size());
  }

  List<EncodedExample> examples() {
    return examples;
  }

  int prefix() {
    return prefix;
  }

  private void layPrefix(EncodedExample any) {
    for (int p = 0; p < prefix; p++) {
      ids[p] = any.prompt().get(p);
      positions[p] = p;
    }
  }

  /**
   * Lays one example.
   *
   * @param row the first own token of its row
   * @param start where in that row it starts
   */
  private int lay(EncodedExample example, int row, int start, int firstLabel) {
    int length = example.length() - 1 - prefix;
    int promptOwn = example.prompt().size() - prefix;
    int first = prefix + row + start;
    for (int s = 0; s < length; s++) {
      int mask = (row + start + s) * own + start;
      Arrays.fill(ownMask, mask, mask + s + 1, 0f);
      ids[first + s] =
          s < promptOwn
              ? example.prompt().get(prefix + s)
              : example.completion().get(s - promptOwn);
      positions[first + s] = (long) prefix + s;
    }
    int label = firstLabel;
    for (int c = 0; c < example.completion().size(); c++) {
      headRows[label] = (long) first + promptOwn - 1 + c;
      picks[2 * label] = label;
      picks[2 * label + 1] = example.completion().get(c);
      label++;
    }
    return label;
  }

  /**
   * The feeds of the step; the caller closes them.
   *
   * @param window of the model's sliding layers; empty where it has none
   */
  Map<String, NativeTensor> feeds(OptionalInt window) {
    Map<String, NativeTensor> feeds = new HashMap<>();
    feeds.put(DecoderGraph.IDS, NativeTensor.longs(ids, ids.length));
    feeds.put(DecoderGraph.POSITIONS, NativeTensor.longs(positions, 1, positions.length));
    feeds.put(DecoderGraph.PREFIX, NativeTensor.longs(new long[] {prefix}, 1));
    feeds.put(DecoderGraph.BATCH, NativeTensor.longs(new long[] {batch}, 1));
    feeds.put(DecoderGraph.OWN, NativeTensor.longs(new long[] {own}, 1));
    feeds.put(DecoderGraph.PREFIX_MASK, NativeTensor.floats(causal(prefix), 1, 1, prefix, prefix));
    feeds.put(DecoderGraph.OWN_MASK, NativeTensor.floats(ownMask, batch, 1, own, own));
    feeds.put(DecoderGraph.HEAD_ROWS, NativeTensor.longs(headRows, headRows.length));
    feeds.put(DecoderGraph.PICKS, NativeTensor.longs(picks, headRows.length, 2));
    feeds.put(DecoderGraph.PICK_WEIGHTS, NativeTensor.floats(weights, weights.length));
    if (window.isPresent()) {
      addWindow(feeds, window.getAsInt());
    }
    return feeds;
  }

  /** A row sees the last {@code window} tokens, itself among them. */
  private void addWindow(Map<String, NativeTensor> feeds, int window) {
    float[] within = causal(prefix);
    for (int s = window; s < prefix; s++) {
      Arrays.fill(within, s * prefix, s * prefix + s - window + 1, HIDDEN);
    }
    float[] near = ownMask.clone();
    float[] before = new float[batch * own * prefix];
    for (int row = 0; row < batch * own; row++) {
      Arrays.fill(near, row * own, row * own + Math.max(0, row % own - window + 1), HIDDEN);
      int s = (int) Math.max(0, positions[prefix + row] - prefix);
      int hidden = Math.min(prefix, Math.max(0, prefix + s - window + 1));
      Arrays.fill(before, row * prefix, row * prefix + hidden, HIDDEN);
    }
    feeds.put(DecoderGraph.PREFIX_WINDOW, NativeTensor.floats(within, 1, 1, prefix, prefix));
    feeds.put(DecoderGraph.OWN_WINDOW, NativeTensor.floats(near, batch, 1, own, own));
    feeds.put(DecoderGraph.OWN_PREFIX_WINDOW, NativeTensor.floats(before, batch, 1, own, prefix));
  }

  private static float[] causal(int length) {
    float[] mask = new float[length * length];
    Arrays.fill(mask, HIDDEN);
    for (int s = 0; s < length; s++) {
      Arrays.fill(mask, s * length, s * length + s + 1, 0f);
    }
    return mask;
  }
}
