package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.checkpoint.OnnxAdapter;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Between PEFT's form of an adapter and ONNX Runtime's. The latter stands for every adapter input
 * of the decoder's graphs, so that a run with it active needs no other: layers that are not adapted
 * come with zeros of rank 1, each layer's own factor α/r is in its B, and the scale that all layers
 * share is a parameter too.
 */
public final class OnnxAdapterExchange {
  private OnnxAdapterExchange() {}

  /**
   * An adapter for ONNX Runtime.
   *
   * @param scale 1 is the adapter as trained
   * @throws ServiceException {@code BAD_ADAPTER} if its modules are not this model's
   */
  public static OnnxAdapter toOnnx(ModelConfig config, PeftAdapter lora, double scale) {
    List<OnnxAdapter.Parameter> parameters = new ArrayList<>();
    try (Adapter adapter = Adapter.of(config, lora, scale)) {
      for (Map.Entry<String, NativeTensor> feed : adapter.feeds().entrySet()) {
        List<Long> shape = Arrays.stream(feed.getValue().shape()).boxed().toList();
        parameters.add(
            OnnxAdapter.Parameter.copyOf(feed.getKey(), shape, feed.getValue().floats()));
      }
    }
    return new OnnxAdapter(1, 1, parameters);
  }

  /**
   * The same adapter for PEFT; the scale becomes part of each layer's α.
   *
   * @param baseModel name of the model, which the other form does not keep
   * @throws ServiceException {@code BAD_ADAPTER} if its parameters are not this model's
   */
  public static PeftAdapter toPeft(ModelConfig config, OnnxAdapter adapter, String baseModel) {
    Map<String, OnnxAdapter.Parameter> left = new HashMap<>();
    adapter.parameters().forEach(parameter -> left.put(parameter.name(), parameter));
    OnnxAdapter.Parameter dial = take(left, DecoderGraph.LORA_SCALE, List.of(1L));
    double scale = dial.values().get(0);
    SortedMap<String, LoraWeights> modules = new TreeMap<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        LoraWeights weights = weights(config, kind, layer, scale, left);
        if (changesAnything(weights.b())) {
          modules.put(kind.path(layer), weights);
        }
      }
    }
    if (!left.isEmpty() || modules.isEmpty()) {
      throw bad(
          "A and B of this model's layers, not all zero",
          left.isEmpty() ? "zeros" : "parameter " + left.keySet().iterator().next());
    }
    LoraWeights first = modules.get(modules.firstKey());
    List<String> targets =
        modules.keySet().stream().map(path -> path.substring(path.lastIndexOf('.') + 1)).toList();
    return new PeftAdapter(first.rank(), first.alpha(), 0, false, targets, baseModel, modules);
  }

  private static LoraWeights weights(
      ModelConfig config,
      LinearLayer kind,
      int layer,
      double scale,
      Map<String, OnnxAdapter.Parameter> left) {
    String name = kind.loraA(layer);
    OnnxAdapter.Parameter named = left.get(name);
    long rank = named == null || named.shape().size() != 2 ? 1 : named.shape().get(0);
    int in = kind.inputWidth(config);
    int out = kind.outputWidth(config);
    OnnxAdapter.Parameter a = take(left, name, List.of(rank, (long) in));
    OnnxAdapter.Parameter b = take(left, kind.loraB(layer), List.of((long) out, rank));
    if (rank < 1) {
      throw bad(name + " of rank 1 or more", "rank " + rank);
    }
    return LoraWeights.copyOf((int) rank, in, out, scale * rank, a.values(), b.values());
  }

  private static OnnxAdapter.Parameter take(
      Map<String, OnnxAdapter.Parameter> left, String name, List<Long> shape) {
    OnnxAdapter.Parameter found = left.remove(name);
    if (found == null || !found.shape().equals(shape)) {
      throw bad(name + " " + shape, found == null ? "no such parameter" : "" + found.shape());
    }
    return found;
  }

  private static boolean changesAnything(FloatBuffer values) {
    while (values.hasRemaining()) {
      if (values.get() != 0) {
        return true;
      }
    }
    return false;
  }

  private static ServiceException bad(String expected, String found) {
    return ServiceException.of(
        ErrorCode.BAD_ADAPTER,
        "adapter",
        expected,
        found,
        "Export the adapter anew for this base model.");
  }
}
