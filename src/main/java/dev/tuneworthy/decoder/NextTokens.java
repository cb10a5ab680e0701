package dev.tuneworthy.decoder;

import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Whole distributions over the next token, one sequence at a time. */
final class NextTokens {
  private final Decoder decoder;
  private final PrefixCache prefixes;

  NextTokens(Decoder decoder, PrefixCache prefixes) {
    this.decoder = decoder;
    this.prefixes = prefixes;
  }

  /** See {@link TextModel#logProbabilities}. */
  FloatBuffer logProbabilities(Prompt prompt, List<Integer> answer, Adapter adapter) {
    decoder.checkLength((long) prompt.length() + answer.size(), "prompt and answer");
    Prefix prefix = prefixes.shared(List.of(prompt), adapter);
    int[] own = prompt.after(prefix.length());
    Pass pass = new Pass(1, own.length + answer.size() - 1);
    for (int s = 0; s < pass.own; s++) {
      int token = s < own.length ? own[s] : answer.get(s - own.length);
      pass.token(0, s, token, prefix.length() + s);
      for (int t = 0; t <= s; t++) {
        pass.see(0, s, t);
      }
    }
    pass.headRows = LongStream.range(own.length - 1L, pass.own).toArray();
    Map<String, NativeTensor> out = decoder.run(pass, prefix, adapter, Set.of(DecoderGraph.LOGITS));
    try (NativeTensor logits = out.get(DecoderGraph.LOGITS)) {
      return normalised(logits.floats(), decoder.config().vocabulary());
    }
  }

  /** Each row minus the logarithm of the sum of its exponentials. */
  private static FloatBuffer normalised(FloatBuffer logits, int vocabulary) {
    for (int row = 0; row < logits.limit(); row += vocabulary) {
      double top = Double.NEGATIVE_INFINITY;
      for (int v = row; v < row + vocabulary; v++) {
        top = Math.max(top, logits.get(v));
      }
      double sum = 0;
      for (int v = row; v < row + vocabulary; v++) {
        sum += Math.exp(logits.get(v) - top);
      }
      double log = top + Math.log(sum);
      for (int v = row; v < row + vocabulary; v++) {
        logits.put(v, (float) (logits.get(v) - log));
      }
    }
    return logits;
  }
}
