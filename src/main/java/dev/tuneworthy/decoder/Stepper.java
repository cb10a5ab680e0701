package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import dev.tuneworthy.runtime.Weights;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Continues sequences: reads one, or writes several by a token at a time. Their keys and values lie
 * side by side in memory with room for what is to come, and a step puts its own there in place, so
 * that it copies nothing. Its graph has as few operators as can be, for with few rows they are what
 * takes the time.
 */
final class Stepper implements AutoCloseable {
  /** Rows of a step from which on unpacked weights are as good. */
  private static final int MANY = 128;

  private final ModelConfig config;
  private final Precision precision;
  private final Weights weights;
  private final Device device;
  private final StackedAdapter stacked;
  private final OnnxSession steps;
  private final OnnxSession opening;
  private final OnnxSession keeping;
  private OnnxSession packed;

  Stepper(ModelConfig config, Precision precision, Weights weights, Device device) {
    this.config = config;
    this.precision = precision;
    this.weights = weights;
    this.device = device;
    stacked = new StackedAdapter(config, precision, weights);
    steps =
        new OnnxSession(DecoderGraph.step(config, precision), weights, device, settings(precision));
    opening = new OnnxSession(DecoderGraph.opening(config), weights, device, Map.of());
    keeping = new OnnxSession(DecoderGraph.keeping(config), weights, device, Map.of());
  }

  private static Map<String, String> settings(Precision precision) {
    return precision == Precision.FLOAT32 ? OnnxSession.WEIGHTS_AS_THEY_ARE : Map.of();
  }

  /**
   * One row reads float32 weights as they are, and many rows make little of it that ONNX Runtime
   * rearranges them as it goes. For a few rows that takes a quarter of the time, so these have a
   * session with a packed copy, which is made when it is first wanted.
   */
  private synchronized OnnxSession sessionFor(int rows) {
    if (precision != Precision.FLOAT32 || rows == 1 || rows >= MANY) {
      return steps;
    }
    if (packed == null) {
      packed =
          new OnnxSession(
              DecoderGraph.step(config, precision),
              weights,
              device,
              Map.of(),
              Decoder::isVocabulary);
    }
    return packed;
  }

  /**
   * Keys and values [A, K, P + S + free, d] of sequences, with room.
   *
   * @param own of their own tokens, [K, B, S, d]; what lies behind a sequence's end is written over
   * @param rows the sequences to continue, by their place in the batch
   * @param free how many more tokens there is to be room for
   */
  KeyValues opened(Prefix prefix, KeyValues own, long[] rows, int free) {
    Map<String, NativeTensor> feeds = new HashMap<>();
    prefix.computed().feed(feeds, DecoderGraph::prefixKey, DecoderGraph::prefixValue);
    own.feed(feeds, DecoderGraph::pastKey, DecoderGraph::pastValue);
    try (NativeTensor kept = NativeTensor.longs(rows, rows.length);
        NativeTensor shared = NativeTensor.longs(new long[rows.length], rows.length);
        NativeTensor room = NativeTensor.longs(new long[] {free}, 1)) {
      feeds.put(DecoderGraph.KEPT_ROWS, kept);
      feeds.put(DecoderGraph.SHARED_ROWS, shared);
      feeds.put(DecoderGraph.FREE, room);
      return present(opening, feeds);
    }
  }

  /** Keys and values of some of the sequences, by their place. */
  KeyValues kept(KeyValues sequences, long[] rows) {
    Map<String, NativeTensor> feeds = new HashMap<>();
    sequences.feed(feeds, DecoderGraph::pastKey, DecoderGraph::pastValue);
    try (NativeTensor kept = NativeTensor.longs(rows, rows.length)) {
      feeds.put(DecoderGraph.KEPT_ROWS, kept);
      return present(keeping, feeds);
    }
  }

  private KeyValues present(OnnxSession session, Map<String, NativeTensor> feeds) {
    Set<String> wanted = KeyValues.presentNames(config.layers());
    return KeyValues.takenFrom(session.run(feeds, wanted), config.layers());
  }

  /** Room for the keys and values of one sequence, [1, K, tokens, d]. */
  KeyValues room(int tokens) {
    Prefix nothing = Prefix.empty(config);
    NativeTensor none =
        NativeTensor.floats(new float[0], config.keyValueHeads(), 1, 0, config.headSize());
    List<NativeTensor> own = Collections.nCopies(config.layers(), none);
    try (nothing;
        none) {
      return opened(nothing, new KeyValues(own, own), new long[] {0}, tokens);
    }
  }

  /**
   * Reads the next tokens of one sequence.
   *
   * @param sequence keys and values [1, K, C, d], to which those of the tokens are added
   * @param from how many tokens of it are there
   */
  void read(KeyValues sequence, int[] tokens, int from, Adapter adapter) {
    long[] ids = IntStream.of(tokens).asLongStream().toArray();
    int last = from + tokens.length - 1;
    long[] positions = LongStream.rangeClosed(from, last).toArray();
    run(
            sequence,
            new Rows(ids, positions, new int[] {last}, new long[] {0}),
            adapter,
            DecoderGraph.BEST)
        .close();
  }

  /**
   * Takes one more token of each sequence.
   *
   * @param sequences keys and values [B, K, C, d], to which those of the tokens are added
   * @param ids the tokens
   * @param lengths how many tokens of each sequence are there
   * @param wanted {@link DecoderGraph#BEST} or {@link DecoderGraph#LOGITS}
   * @return the output; the caller closes it
   */
  NativeTensor step(
      KeyValues sequences, long[] ids, int[] lengths, Adapter adapter, String wanted) {
    long[] positions = IntStream.of(lengths).asLongStream().toArray();
    long[] all = LongStream.range(0, ids.length).toArray();
    return run(sequences, new Rows(ids, positions, lengths, all), adapter, wanted);
  }

  /** The rows of a run: tokens, their positions, what precedes each sequence's last, the wanted. */
  private record Rows(long[] ids, long[] positions, int[] beforeLast, long[] head) {}

  private NativeTensor run(KeyValues sequences, Rows rows, Adapter adapter, String wanted) {
    Map<String, NativeTensor> own = new HashMap<>();
    int[] before = rows.beforeLast();
    int longest = IntStream.of(before).max().orElseThrow() + 1;
    own.put(DecoderGraph.IDS, NativeTensor.longs(rows.ids(), rows.ids().length));
    own.put(DecoderGraph.BEFORE_LAST, NativeTensor.ints(before, before.length));
    own.put(DecoderGraph.LONGEST, NativeTensor.ints(new int[] {longest}, 1));
    own.put(DecoderGraph.HEAD_ROWS, NativeTensor.longs(rows.head(), rows.head().length));
    if (StepAttention.turnsApart(config)) {
      own.put(DecoderGraph.POSITIONS, NativeTensor.longs(rows.positions(), 1, rows.ids().length));
    }
    Map<String, NativeTensor> feeds = new HashMap<>(adapter.stackedFeeds(stacked));
    feeds.putAll(own);
    sequences.feed(feeds, DecoderGraph::pastKey, DecoderGraph::pastValue);
    Map<String, NativeTensor> into = new HashMap<>();
    sequences.feed(into, DecoderGraph::presentKey, DecoderGraph::presentValue);
    try {
      return sessionFor(rows.ids().length).run(feeds, Set.of(wanted), into).get(wanted);
    } finally {
      own.values().forEach(NativeTensor::close);
    }
  }

  @Override
  public synchronized void close() {
    if (packed != null) {
      packed.close();
    }
    steps.close();
    opening.close();
    keeping.close();
  }
}
