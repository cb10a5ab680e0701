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
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Continues prompts token by token, a batch at a time, from the prefix that they share. A sequence
 * ends at an end-of-turn token, at its token limit or at the end of the context. Greedy at
 * temperature 0; else sampled from a generator seeded by the seed and the prompt's place, so that
 * batch mates do not matter.
 */
final class TextGenerator {
  private static final int MOST_SEQUENCES = 16;
  private static final int MOST_ROWS = 640;

  private final Decoder decoder;
  private final PrefixCache prefixes;

  TextGenerator(Decoder decoder, PrefixCache prefixes) {
    this.decoder = decoder;
    this.prefixes = prefixes;
  }

  /** See {@code evaluation.Decoding}. */
  record Settings(int maxTokens, double temperature, long seed) {}

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
      int to = endOfBatch(sequences, from);
      run(sequences.subList(from, to), prefix, settings, adapter);
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

  private static int endOfBatch(List<Sequence> sequences, int from) {
    int to = from + 1;
    while (to < sequences.size()
        && to - from < MOST_SEQUENCES
        && sequences.get(to).own.length * (to - from + 1) <= MOST_ROWS) {
      to++;
    }
    return to;
  }

  private void run(List<Sequence> batch, Prefix prefix, Settings settings, Adapter adapter) {
    int width = batch.stream().mapToInt(sequence -> sequence.own.length).max().orElseThrow();
    Set<String> wanted = new LinkedHashSet<>(PrefixCache.presentNames(decoder.config().layers()));
    wanted.add(settings.temperature() > 0 ? DecoderGraph.LOGITS : DecoderGraph.BEST);

    Map<String, NativeTensor> out =
        decoder.run(firstPass(batch, width, prefix.length()), prefix, adapter, wanted);
    try {
      take(batch, out, settings, prefix.length());
      int past = width;
      while (batch.stream().anyMatch(sequence -> !sequence.ended)) {
        Pass pass = nextPass(batch, width, past, prefix.length());
        Map<String, NativeTensor> next = step(pass, prefix, out, adapter, wanted);
        close(out);
        out = next;
        take(batch, out, settings, prefix.length());
        past++;
      }
    } finally {
      close(out);
    }
  }

  private Map<String, NativeTensor> step(
      Pass pass,
      Prefix prefix,
      Map<String, NativeTensor> before,
      Adapter adapter,
      Set<String> wanted) {
    List<NativeTensor> keys = new ArrayList<>();
    List<NativeTensor> values = new ArrayList<>();
    for (int layer = 0; layer < decoder.config().layers(); layer++) {
      keys.add(before.get(DecoderGraph.presentKey(layer)));
      values.add(before.get(DecoderGraph.presentValue(layer)));
    }
    return decoder.run(pass, prefix, keys, values, adapter, wanted);
  }

  private static Pass firstPass(List<Sequence> batch, int width, int prefixLength) {
    Pass pass = new Pass(batch.size(), width, 0);
    pass.headRows = new long[batch.size()];
    for (int b = 0; b < batch.size(); b++) {
      int[] own = batch.get(b).own;
      for (int s = 0; s < own.length; s++) {
        pass.token(b, s, own[s], prefixLength + s);
        for (int t = 0; t <= s; t++) {
          pass.see(b, s, t);
        }
      }
      pass.headRows[b] = pass.row(b, own.length - 1);
    }
    return pass;
  }

  /**
   * One token for each sequence; it sees its prompt, what it generated, and not the padding
   * between.
   */
  private Pass nextPass(List<Sequence> batch, int width, int past, int prefixLength) {
    Pass pass = new Pass(batch.size(), 1, past);
    pass.headRows = new long[batch.size()];
    for (int b = 0; b < batch.size(); b++) {
      Sequence sequence = batch.get(b);
      int last = sequence.tokens.get(sequence.tokens.size() - 1);
      // A sequence that has ended rides along; its position must stay inside the rotary table.
      int position = Math.min(start(sequence, prefixLength) + past - width, lastPosition());
      pass.token(b, 0, last, position);
      for (int t = 0; t < sequence.own.length; t++) {
        pass.see(b, 0, t);
      }
      for (int t = width; t < past; t++) {
        pass.see(b, 0, t);
      }
      pass.headRows[b] = b;
    }
    return pass;
  }

  private static int start(Sequence sequence, int prefixLength) {
    return prefixLength + sequence.own.length;
  }

  private int lastPosition() {
    return decoder.config().contextLength() - 1;
  }

  private void take(
      List<Sequence> batch, Map<String, NativeTensor> out, Settings settings, int prefixLength) {
    int[] next =
        settings.temperature() > 0
            ? sampled(batch, out.get(DecoderGraph.LOGITS).floats(), settings.temperature())
            : best(out.get(DecoderGraph.BEST).longs());
    for (int b = 0; b < batch.size(); b++) {
      Sequence sequence = batch.get(b);
      if (sequence.ended) {
        continue;
      }
      sequence.tokens.add(next[b]);
      int length = prefixLength + sequence.own.length + sequence.tokens.size();
      sequence.ended =
          decoder.config().endOfTurnIds().contains(next[b])
              || sequence.tokens.size() >= settings.maxTokens()
              || length >= decoder.config().contextLength();
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

  private static void close(Map<String, NativeTensor> tensors) {
    tensors.values().forEach(NativeTensor::close);
  }
}
