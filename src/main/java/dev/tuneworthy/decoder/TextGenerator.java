package dev.tuneworthy.decoder;

import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Continues prompts token by token, a batch at a time, from the prefix that they share. A sequence
 * ends at an end-of-turn token, at its token limit or at the end of the context; those that have
 * ended leave the batch soon after. Greedy at temperature 0; else sampled from a generator seeded
 * by the seed and the prompt's place, so that batch mates do not matter.
 */
final class TextGenerator {
  /** Sequences of one batch: enough that a step is bound by arithmetic, not by reading weights. */
  private static final int MOST_SEQUENCES = 64;

  /** Rows of the first pass. */
  private static final int MOST_ROWS = 1024;

  /** Tokens whose keys and values a batch may come to hold. */
  private static final int MOST_TOKENS = 8192;

  private final Decoder decoder;
  private final PrefixCache prefixes;

  TextGenerator(Decoder decoder, PrefixCache prefixes) {
    this.decoder = decoder;
    this.prefixes = prefixes;
  }

  /**
   * See {@code evaluation.Decoding}.
   *
   * @param endsAtTurn whether an end-of-turn token ends a sequence; false only to measure speed
   */
  record Settings(int maxTokens, double temperature, long seed, boolean endsAtTurn) {
    String wanted() {
      return temperature > 0 ? DecoderGraph.LOGITS : DecoderGraph.BEST;
    }
  }

  /** A sequence under way. */
  private static final class Sequence {
    final int index;
    final int[] own;
    final List<Integer> tokens = new ArrayList<>();
    final SplittableRandom random;
    boolean ended;

    Sequence(int index, int[] own, long seed) {
      this.index = index;
      this.own = own;
      this.random = new SplittableRandom(seed * 1_000_003 + index);
    }

    /** Tokens of prompt and answer so far. */
    int length(Prefix prefix) {
      return prefix.length() + own.length + tokens.size();
    }
  }

  /**
   * Continues every prompt until it ends.
   *
   * @param done is told how many prompts are finished
   * @return for each prompt the generated ids, with the end-of-turn token where there was one
   */
  List<List<Integer>> generate(
      List<Prompt> prompts, Settings settings, Adapter adapter, IntConsumer done) {
    Prefix prefix = prefixes.shared(prompts, adapter);
    List<Sequence> sequences =
        IntStream.range(0, prompts.size())
            .mapToObj(i -> sequence(i, prompts.get(i), prefix.length(), settings))
            .sorted(Comparator.comparingInt(sequence -> sequence.own.length))
            .toList();
    int from = 0;
    while (from < sequences.size()) {
      int to = endOfBatch(sequences, from, prefix.length() + settings.maxTokens());
      try (Batch batch = new Batch(sequences.subList(from, to), prefix, settings, adapter)) {
        batch.run();
      }
      from = to;
      done.accept(from);
    }
    return sequences.stream()
        .sorted(Comparator.comparingInt(sequence -> sequence.index))
        .map(sequence -> List.copyOf(sequence.tokens))
        .toList();
  }

  private Sequence sequence(int index, Prompt prompt, int prefixLength, Settings settings) {
    decoder.checkLength(prompt.length() + 1L, "prompt");
    return new Sequence(index, prompt.after(prefixLength), settings.seed());
  }

  /**
   * Where the batch that begins at a place ends.
   *
   * @param further tokens that each sequence holds beside its own
   */
  private static int endOfBatch(List<Sequence> sequences, int from, int further) {
    int to = from + 1;
    while (to < sequences.size() && to - from < MOST_SEQUENCES) {
      long length = sequences.get(to).own.length;
      int count = to - from + 1;
      if (length * count > MOST_ROWS || (length + further) * count > MOST_TOKENS) {
        break;
      }
      to++;
    }
    return to;
  }

  /** Sequences that are continued together, and what was computed of them. */
  private final class Batch implements AutoCloseable {
    private final Stepper stepper = decoder.stepper();
    private final Prefix prefix;
    private final Settings settings;
    private final Adapter adapter;
    private List<Sequence> alive;
    private KeyValues computed;

    Batch(List<Sequence> sequences, Prefix prefix, Settings settings, Adapter adapter) {
      this.prefix = prefix;
      this.settings = settings;
      this.adapter = adapter;
      this.alive = sequences;
      this.computed = KeyValues.none(decoder.config());
    }

    void run() {
      read();
      while (!alive.isEmpty()) {
        long[] ids = alive.stream().mapToLong(s -> s.tokens.get(s.tokens.size() - 1)).toArray();
        // The last token's keys and values are what the step adds.
        int[] lengths = alive.stream().mapToInt(s -> s.length(prefix) - 1).toArray();
        try (NativeTensor next = stepper.step(computed, ids, lengths, adapter, settings.wanted())) {
          take(next);
        }
        if (2 * going().length <= alive.size()) {
          keep(rows -> stepper.kept(computed, rows));
        }
      }
    }

    /** Reads the prompts, takes the first token of each answer and makes room for the others. */
    private void read() {
      int layers = decoder.config().layers();
      int width = alive.stream().mapToInt(s -> s.own.length).max().orElseThrow();
      Set<String> wanted = new LinkedHashSet<>(KeyValues.presentNames(layers));
      wanted.add(settings.wanted());
      Map<String, NativeTensor> out = decoder.run(prompts(width), prefix, adapter, wanted);
      try (KeyValues own = KeyValues.takenFrom(out, layers);
          NativeTensor next = out.get(settings.wanted())) {
        take(next);
        keep(rows -> stepper.opened(prefix, own, rows, settings.maxTokens()));
      }
    }

    private Pass prompts(int width) {
      Pass pass = new Pass(alive.size(), width);
      pass.headRows = new long[alive.size()];
      for (int b = 0; b < alive.size(); b++) {
        int[] own = alive.get(b).own;
        for (int s = 0; s < own.length; s++) {
          pass.token(b, s, own[s], prefix.length() + s);
          for (int t = 0; t <= s; t++) {
            pass.see(b, s, t);
          }
        }
        pass.headRows[b] = pass.row(b, own.length - 1);
      }
      return pass;
    }

    /** Places of the sequences that have not ended. */
    private int[] going() {
      return IntStream.range(0, alive.size()).filter(row -> !alive.get(row).ended).toArray();
    }

    /** Lets go of sequences that have ended, and keeps what was computed of the others. */
    private void keep(Function<long[], KeyValues> of) {
      int[] going = going();
      if (going.length > 0) {
        KeyValues kept = of.apply(IntStream.of(going).asLongStream().toArray());
        close();
        computed = kept;
      }
      alive = IntStream.of(going).mapToObj(alive::get).toList();
    }

    private void take(NativeTensor out) {
      int[] next =
          settings.temperature() > 0
              ? sampled(alive, out.floats(), settings.temperature())
              : best(out.longs());
      for (int b = 0; b < alive.size(); b++) {
        Sequence sequence = alive.get(b);
        if (!sequence.ended) {
          sequence.tokens.add(next[b]);
          sequence.ended = ends(sequence, next[b]);
        }
      }
    }

    private boolean ends(Sequence sequence, int token) {
      return (settings.endsAtTurn() && decoder.config().endOfTurnIds().contains(token))
          || sequence.tokens.size() >= settings.maxTokens()
          || sequence.length(prefix) >= decoder.config().contextLength();
    }

    @Override
    public void close() {
      computed.close();
    }
  }

  private static int[] best(LongBuffer indices) {
    int[] best = new int[indices.remaining()];
    for (int i = 0; i < best.length; i++) {
      best[i] = Math.toIntExact(indices.get(i));
    }
    return best;
  }

  private int[] sampled(List<Sequence> batch, FloatBuffer logits, double temperature) {
    int vocabulary = decoder.config().vocabulary();
    int[] chosen = new int[batch.size()];
    for (int b = 0; b < chosen.length; b++) {
      double[] weights = new double[vocabulary];
      double top = Double.NEGATIVE_INFINITY;
      for (int v = 0; v < vocabulary; v++) {
        top = Math.max(top, logits.get(b * vocabulary + v));
      }
      double total = 0;
      for (int v = 0; v < vocabulary; v++) {
        weights[v] = Math.exp((logits.get(b * vocabulary + v) - top) / temperature);
        total += weights[v];
      }
      double left = batch.get(b).random.nextDouble() * total;
      int v = 0;
      while (v < vocabulary - 1 && left >= weights[v]) {
        left -= weights[v++];
      }
      chosen[b] = v;
    }
    return chosen;
  }
}
