package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.DecoderGraph;
import dev.tuneworthy.runtime.NativeTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Examples laid out for a training step: P prefix tokens once, then B sequences of S own tokens,
 * padded. The last label of a sequence has no row, for nothing is predicted from it.
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
  private final List<List<Integer>> labels;

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
    this(examples, prefix, share, EncodedExample::positions);
  }

  private TrainingBatch(
      List<EncodedExample> examples,
      int prefix,
      double share,
      Function<EncodedExample, List<Integer>> labelled) {
    if (examples.stream().anyMatch(example -> example.prompt().size() <= prefix)) {
      throw new IllegalArgumentException("a prompt is not longer than the prefix of " + prefix);
    }
    this.examples = List.copyOf(examples);
    this.prefix = prefix;
    this.batch = examples.size();
    this.labels = examples.stream().map(labelled).toList();
    this.own =
        IntStream.range(0, batch)
            .map(b -> examples.get(b).prompt().size() - prefix + last(labels.get(b)))
            .max()
            .orElseThrow();
    int rows = prefix + batch * own;
    ids = new long[rows];
    positions = new long[rows];
    ownMask = new float[batch * own * own];
    int count = labels.stream().mapToInt(List::size).sum();
    headRows = new long[count];
    picks = new long[count];
    weights = new float[count];
    Arrays.fill(weights, (float) (share / count));
    layPrefix(examples.get(0));
    int label = 0;
    for (int b = 0; b < batch; b++) {
      label = lay(examples.get(b), b, labels.get(b), label);
    }
  }

  /** A batch whose every label has the weight 1: the loss is minus its log-likelihood. */
  static TrainingBatch summed(EncodedExample example) {
    return new TrainingBatch(List.of(example), 0, example.completion().size());
  }

  /**
   * A batch of which nothing is learned: it has labels only where a KL term holds it to the base
   * model, and no rows behind the last of them.
   */
  static TrainingBatch held(List<EncodedExample> examples, int prefix) {
    return new TrainingBatch(examples, prefix, 0, EncodedExample::held);
  }

  /** A token that nothing is learned from, for a step that has no examples of a kind. */
  static TrainingBatch nothing() {
    EncodedExample any = new EncodedExample(List.of(0), List.of(0));
    return new TrainingBatch(List.of(any), 0, 0);
  }

  private static int last(List<Integer> labels) {
    return labels.get(labels.size() - 1);
  }

  /** Which of the labels a KL term holds to the base model, in the order of {@link #held}. */
  long[] heldRows() {
    LongStream.Builder rows = LongStream.builder();
    long first = 0;
    for (int b = 0; b < batch; b++) {
      for (int position : examples.get(b).held()) {
        rows.add(first + labels.get(b).indexOf(position));
      }
      first += labels.get(b).size();
    }
    return rows.build().toArray();
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

  private int lay(EncodedExample example, int b, List<Integer> labels, int firstLabel) {
    int promptOwn = example.prompt().size() - prefix;
    int length = promptOwn + last(labels);
    for (int s = 0; s < own; s++) {
      int row = prefix + b * own + s;
      int mask = (b * own + s) * own;
      Arrays.fill(ownMask, mask, mask + own, HIDDEN);
      // Padding sees itself alone, which keeps its softmax finite; nothing sees padding.
      Arrays.fill(ownMask, mask + (s < length ? 0 : s), mask + s + 1, 0f);
      if (s < length) {
        ids[row] =
            s < promptOwn
                ? example.prompt().get(prefix + s)
                : example.completion().get(s - promptOwn);
        positions[row] = (long) prefix + s;
      }
    }
    int label = firstLabel;
    for (int position : labels) {
      headRows[label] = (long) prefix + b * own + promptOwn - 1 + position;
      picks[label] = example.completion().get(position);
      label++;
    }
    return label;
  }

  /** How many labels it has. */
  int labels() {
    return headRows.length;
  }

  /** The feeds of a step of this batch alone; the caller closes them. */
  Map<String, NativeTensor> feeds(OptionalInt window) {
    return feeds(List.of(this), window);
  }

  /**
   * The feeds of a step, the rows and labels of one batch behind those of the other; the caller
   * closes them.
   *
   * @param window of the model's sliding layers; empty where it has none
   */
  static Map<String, NativeTensor> feeds(List<TrainingBatch> batches, OptionalInt window) {
    Map<String, NativeTensor> feeds = rows(batches, window);
    LongStream.Builder picks = LongStream.builder();
    long first = 0;
    for (TrainingBatch batch : batches) {
      for (int i = 0; i < batch.labels(); i++) {
        picks.add(first + i).add(batch.picks[i]);
      }
      first += batch.labels();
    }
    long[] picked = picks.build().toArray();
    float[] weights = joined(batches.stream().map(batch -> batch.weights).toList());
    feeds.put(DecoderGraph.PICKS, NativeTensor.longs(picked, first, 2));
    feeds.put(DecoderGraph.PICK_WEIGHTS, NativeTensor.floats(weights, first));
    return feeds;
  }

  /** The feeds without the labels, for a forward pass alone; the caller closes them. */
  Map<String, NativeTensor> rows(OptionalInt window) {
    return rows(List.of(this), window);
  }

  private static Map<String, NativeTensor> rows(List<TrainingBatch> batches, OptionalInt window) {
    Map<String, NativeTensor> feeds = new HashMap<>();
    long[] ids = batches.stream().flatMapToLong(batch -> LongStream.of(batch.ids)).toArray();
    long[] positions =
        batches.stream().flatMapToLong(batch -> LongStream.of(batch.positions)).toArray();
    LongStream.Builder headRows = LongStream.builder();
    long first = 0;
    for (int place = 0; place < batches.size(); place++) {
      TrainingBatch batch = batches.get(place);
      batch.addSight(feeds, place, window);
      for (long row : batch.headRows) {
        headRows.add(first + row);
      }
      first += batch.ids.length;
    }
    long[] wanted = headRows.build().toArray();
    feeds.put(DecoderGraph.IDS, NativeTensor.longs(ids, ids.length));
    feeds.put(DecoderGraph.POSITIONS, NativeTensor.longs(positions, 1, positions.length));
    feeds.put(DecoderGraph.HEAD_ROWS, NativeTensor.longs(wanted, wanted.length));
    return feeds;
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Adds the shape of the batch and what its rows see of each other. */
  private void addSight(Map<String, NativeTensor> feeds, int place, OptionalInt window) {
    UnaryOperator<String> of = input -> DecoderGraph.ofBatch(input, place);
    feeds.put(of.apply(DecoderGraph.PREFIX), NativeTensor.longs(new long[] {prefix}, 1));
    feeds.put(of.apply(DecoderGraph.BATCH), NativeTensor.longs(new long[] {batch}, 1));
    feeds.put(of.apply(DecoderGraph.OWN), NativeTensor.longs(new long[] {own}, 1));
    feeds.put(
        of.apply(DecoderGraph.PREFIX_MASK),
        NativeTensor.floats(causal(prefix), 1, 1, prefix, prefix));
    feeds.put(of.apply(DecoderGraph.OWN_MASK), NativeTensor.floats(ownMask, batch, 1, own, own));
    if (window.isPresent()) {
      addWindow(feeds, of, window.getAsInt());
    }
  }

  /** A row sees the last {@code window} tokens, itself among them. */
  private void addWindow(Map<String, NativeTensor> feeds, UnaryOperator<String> of, int window) {
    float[] within = causal(prefix);
    for (int s = window; s < prefix; s++) {
      Arrays.fill(within, s * prefix, s * prefix + s - window + 1, HIDDEN);
    }
    float[] near = ownMask.clone();
    float[] before = new float[batch * own * prefix];
    for (int row = 0; row < batch * own; row++) {
      int s = row % own;
      Arrays.fill(near, row * own, row * own + Math.max(0, s - window + 1), HIDDEN);
      int hidden = Math.min(prefix, Math.max(0, prefix + s - window + 1));
      Arrays.fill(before, row * prefix, row * prefix + hidden, HIDDEN);
    }
    feeds.put(
        of.apply(DecoderGraph.PREFIX_WINDOW), NativeTensor.floats(within, 1, 1, prefix, prefix));
    feeds.put(of.apply(DecoderGraph.OWN_WINDOW), NativeTensor.floats(near, batch, 1, own, own));
    feeds.put(
        of.apply(DecoderGraph.OWN_PREFIX_WINDOW),
        NativeTensor.floats(before, batch, 1, own, prefix));
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
