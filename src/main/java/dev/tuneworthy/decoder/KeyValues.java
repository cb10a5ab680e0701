package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.runtime.NativeTensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Keys and values of tokens that were computed, in native memory. Whoever holds it closes it.
 *
 * @param keys for each layer [B, K, T, d], or [K, B, T, d] where said so
 * @param values for each layer, likewise
 */
record KeyValues(List<NativeTensor> keys, List<NativeTensor> values) implements AutoCloseable {
  KeyValues {
    keys = List.copyOf(keys);
    values = List.copyOf(values);
  }

  /** Those of no tokens of one sequence. */
  static KeyValues none(ModelConfig config) {
    List<NativeTensor> keys = new ArrayList<>();
    List<NativeTensor> values = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      keys.add(empty(config));
      values.add(empty(config));
    }
    return new KeyValues(keys, values);
  }

  private static NativeTensor empty(ModelConfig config) {
    return NativeTensor.floats(new float[0], 1, config.keyValueHeads(), 0, config.headSize());
  }

  /** The names under which a run returns them. */
  static Set<String> presentNames(int layers) {
    Set<String> names = new LinkedHashSet<>();
    for (int layer = 0; layer < layers; layer++) {
      names.add(DecoderGraph.presentKey(layer));
      names.add(DecoderGraph.presentValue(layer));
    }
    return names;
  }

  /** Takes them out of what a run returned. */
  static KeyValues takenFrom(Map<String, NativeTensor> out, int layers) {
    List<NativeTensor> keys = new ArrayList<>();
    List<NativeTensor> values = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      keys.add(out.remove(DecoderGraph.presentKey(layer)));
      values.add(out.remove(DecoderGraph.presentValue(layer)));
    }
    return new KeyValues(keys, values);
  }

  /** Feeds them under the names of a role. */
  void feed(
      Map<String, NativeTensor> feeds, IntFunction<String> keyName, IntFunction<String> valueName) {
    for (int layer = 0; layer < keys.size(); layer++) {
      feeds.put(keyName.apply(layer), keys.get(layer));
      feeds.put(valueName.apply(layer), values.get(layer));
    }
  }

  @Override
  public void close() {
    keys.forEach(NativeTensor::close);
    values.forEach(NativeTensor::close);
  }
}
