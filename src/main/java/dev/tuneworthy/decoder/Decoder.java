package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import dev.tuneworthy.runtime.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A loaded model on token level: its weights in native memory, one session that runs batches behind
 * a prefix and a {@link Stepper}, for the base model and any adapter. Owned by whoever loaded it;
 * runs are made one at a time.
 */
public final class Decoder implements AutoCloseable {
  private final ModelConfig config;
  private final Device device;
  private final Precision precision;
  private final Weights weights;
  private final OnnxSession session;
  private final Prefix emptyPrefix;
  private Stepper stepper;

  private Decoder(ModelConfig config, Device device, Precision precision, Weights weights) {
    this.config = config;
    this.device = device;
    this.precision = precision;
    this.weights = weights;
    this.session =
        new OnnxSession(
            DecoderGraph.inference(config, precision),
            weights,
            device,
            Map.of(),
            weight -> precision == Precision.FLOAT32 && staysUnpacked(weight));
    this.emptyPrefix = Prefix.empty(config);
  }

  /**
   * Whether a float32 weight is multiplied with as it is. A packed copy makes a question that is
   * put alone a quarter faster and many together hardly, so half of the weights have one: all but
   * the widest, and none of the embeddings.
   */
  private static boolean staysUnpacked(String weight) {
    return LinearGroup.FEED_FORWARD.holds(weight) || isVocabulary(weight);
  }

  /** Whether a weight has a row for each token of the vocabulary. */
  static boolean isVocabulary(String weight) {
    return weight.equals(DecoderGraph.EMBEDDING) || weight.equals(DecoderGraph.HEAD);
  }

  /** Loads a checkpoint in float32; it may be closed afterwards. */
  public static Decoder load(Checkpoint checkpoint, Device device) {
    return load(checkpoint, device, Precision.FLOAT32);
  }

  /** Loads a checkpoint, which may be closed afterwards. */
  public static Decoder load(Checkpoint checkpoint, Device device, Precision precision) {
    Weights weights = DecoderWeights.load(checkpoint, precision);
    try {
      return new Decoder(checkpoint.config(), device, precision, weights);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  public ModelConfig config() {
    return config;
  }

  public Device device() {
    return device;
  }

  public Precision precision() {
    return precision;
  }

  /** The frozen weights, for further sessions; they stay the decoder's. */
  public Weights weights() {
    return weights;
  }

  /**
   * The frozen weights with what a training in a precision multiplies with, which is made at the
   * first call. Weights that are held in 8 bits are trained on in 8 bits.
   *
   * @throws ServiceException {@code BAD_USAGE} if the weights are held in 4 bits, or in 8 where
   *     float32 is asked for
   */
  public Weights trainingWeights(Precision training) {
    if (!precision.trains(training)) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "training in " + training.label(),
          "weights held as float32",
          precision.label(),
          "Set TUNEWORTHY_PRECISION to float32, or both it and TUNEWORTHY_TRAINING_PRECISION to"
              + " int8, for tuning.");
    }
    if (training == Precision.INT8) {
      DecoderWeights.addInt8(weights, config);
    }
    return weights;
  }

  Prefix emptyPrefix() {
    return emptyPrefix;
  }

  /** Refuses a sequence that the model cannot hold. */
  void checkLength(long tokens, String what) {
    if (tokens > config.contextLength()) {
      throw ServiceException.of(
          ErrorCode.PROMPT_TOO_LONG,
          what,
          "at most " + config.contextLength() + " tokens of prompt and answer",
          tokens + " tokens",
          "Shorten the instruction or the examples, use fewer shots, or take a model with a longer"
              + " context.");
    }
  }

  /**
   * Runs a pass.
   *
   * @param prefix what the whole batch starts with
   * @return the wanted outputs; the caller closes them
   */
  Map<String, NativeTensor> run(Pass pass, Prefix prefix, Adapter adapter, Set<String> wanted) {
    Map<String, NativeTensor> feeds = new HashMap<>(adapter.feeds());
    prefix.computed().feed(feeds, DecoderGraph::prefixKey, DecoderGraph::prefixValue);
    Map<String, NativeTensor> own = passFeeds(pass, prefix.length());
    feeds.putAll(own);
    try {
      return session.run(feeds, wanted);
    } finally {
      own.values().forEach(NativeTensor::close);
    }
  }

  /** What continues sequences; made when it is first wanted. */
  synchronized Stepper stepper() {
    if (stepper == null) {
      stepper = new Stepper(config, precision, weights, device);
    }
    return stepper;
  }

  /** The inputs that a pass itself stands for; the caller closes them. */
  Map<String, NativeTensor> passFeeds(Pass pass, int prefix) {
    int rows = pass.batch * pass.own;
    Map<String, NativeTensor> feeds = new HashMap<>();
    feeds.put(DecoderGraph.IDS, NativeTensor.longs(pass.ids, rows));
    feeds.put(DecoderGraph.POSITIONS, NativeTensor.longs(pass.positions, 1, rows));
    feeds.put(
        DecoderGraph.OWN_MASK, NativeTensor.floats(pass.mask, pass.batch, 1, pass.own, pass.own));
    feeds.put(DecoderGraph.BATCH, NativeTensor.longs(new long[] {pass.batch}, 1));
    feeds.put(DecoderGraph.OWN, NativeTensor.longs(new long[] {pass.own}, 1));
    long[] chosen = chosen(pass);
    feeds.put(DecoderGraph.HEAD_ROWS, NativeTensor.longs(chosen, chosen.length));
    feeds.put(DecoderGraph.PICKS, NativeTensor.longs(pass.picks, pass.picks.length / 2, 2));
    if (config.slides()) {
      int window = config.window().orElseThrow();
      feeds.put(
          DecoderGraph.OWN_WINDOW,
          NativeTensor.floats(pass.ownWindow(window), pass.batch, 1, pass.own, pass.own));
      feeds.put(
          DecoderGraph.OWN_PREFIX_WINDOW,
          NativeTensor.floats(pass.prefixWindow(window, prefix), pass.batch, 1, pass.own, prefix));
    }
    return feeds;
  }

  /** ONNX Runtime cannot reduce no rows, which rounding would ask of it. */
  private long[] chosen(Pass pass) {
    boolean none = pass.headRows.length == 0;
    return none && precision != Precision.FLOAT32 ? new long[] {0} : pass.headRows;
  }

  @Override
  public synchronized void close() {
    emptyPrefix.close();
    if (stepper != null) {
      stepper.close();
    }
    session.close();
    weights.close();
  }
}
