package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.runtime.NativeTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens whose keys and values are computed: what a batch of continuations starts from.
 *
 * @param tokens the P token ids
 * @param keys for each layer [K, 1, P, d]
 * @param values for each layer [K, 1, P, d]
 */
record Prefix(List<Integer> tokens, List<NativeTensor> keys, List<NativeTensor> values)
    implements AutoCloseable {
  Prefix {
    tokens = List.copyOf(tokens);
    keys = List.copyOf(keys);
    values = List.copyOf(values);
  }

  /** The prefix of no tokens. */
  static Prefix empty(ModelConfig config) {
    List<NativeTensor> keys = new ArrayList<>();
    List<NativeTensor> values = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      keys.add(none(config, 1));
      values.add(none(config, 1));
    }
    return new Prefix(List.of(), keys, values);
  }

  /** Keys or values of no tokens for a batch, [K, B, 0, d]. */
  static NativeTensor none(ModelConfig config, int batch) {
    return NativeTensor.floats(new float[0], config.keyValueHeads(), batch, 0, config.headSize());
  }

  int length() {
    return tokens.size();
  }

  @Override
  public void close() {
    keys.forEach(NativeTensor::close);
    values.forEach(NativeTensor::close);
  }
}
