package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decoder.LinearLayer;
import dev.tuneworthy.runtime.NativeTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The A and B that are being trained, all in one block of native memory that the training graph
 * reads in place: a step changes the block, and the next run sees it. Owned by the training.
 */
final class LoraParameters implements AutoCloseable {
  /** One matrix: its name, which is its PEFT key, its shape, and where it starts in the block. */
  private record Slot(String name, int rows, int columns, int offset) {
    int size() {
      return rows * columns;
    }
  }

  private final ModelConfig config;
  private final TuningPlan plan;
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final Map<String, NativeTensor> tensors = new LinkedHashMap<>();
  private final FloatBuffer block;

  /** A uniform within 1/√d_in, B zero (Hu et al. 2021). */
  LoraParameters(ModelConfig config, TuningPlan plan) {
    this.config = config;
    this.plan = plan;
    int offset = 0;
    for (int layer = plan.firstLayer(); layer < config.layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        offset = slot(kind.loraA(layer), plan.rank(), kind.inputWidth(config), offset);
        offset = slot(kind.loraB(layer), kind.outputWidth(config), plan.rank(), offset);
      }
    }
    ByteBuffer memory = ByteBuffer.allocateDirect(4 * offset).order(ByteOrder.nativeOrder());
    block = memory.asFloatBuffer();
    for (Slot slot : slots.values()) {
      FloatBuffer part =
          memory
              .slice(4 * slot.offset(), 4 * slot.size())
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      tensors.put(slot.name(), NativeTensor.floats(part, slot.rows(), slot.columns()));
    }
    feedNothingBelow(plan.firstLayer());
    initialise();
  }

  /** Layers that are not adapted take part with zeros of rank 1. */
  private void feedNothingBelow(int first) {
    for (int layer = 0; layer < first; layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        int in = kind.inputWidth(config);
        int out = kind.outputWidth(config);
        tensors.put(kind.loraA(layer), NativeTensor.floats(new float[in], 1, in));
        tensors.put(kind.loraB(layer), NativeTensor.floats(new float[out], out, 1));
      }
    }
  }

  private int slot(String name, int rows, int columns, int offset) {
    Slot slot = new Slot(name, rows, columns, offset);
    slots.put(name, slot);
    return offset + slot.size();
  }

  private void initialise() {
    SplittableRandom random = new SplittableRandom(plan.seed());
    for (int layer = plan.firstLayer(); layer < config.layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        Slot a = slots.get(kind.loraA(layer));
        double bound = 1 / Math.sqrt(a.columns());
        for (int i = 0; i < a.size(); i++) {
          block.put(a.offset() + i, (float) ((2 * random.nextDouble() - 1) * bound));
        }
      }
    }
  }

  int size() {
    return block.capacity();
  }

  /** Names in the order of the block. */
  List<String> names() {
    return List.copyOf(slots.keySet());
  }

  Map<String, NativeTensor> feeds() {
    return tensors;
  }

  /** The values themselves; changes show in the next run. */
  FloatBuffer block() {
    return block;
  }

  /** Adds gradients, one tensor for each matrix, in the order of the block. */
  void gatherOnto(Map<String, NativeTensor> gradients, float[] onto) {
    for (Slot slot : slots.values()) {
      FloatBuffer values = gradients.get(slot.name()).floats();
      for (int i = 0; i < slot.size(); i++) {
        onto[slot.offset() + i] += values.get(i);
      }
    }
  }

  float[] copy() {
    float[] values = new float[size()];
    block.duplicate().rewind().get(values);
    return values;
  }

  void restore(float[] values) {
    block.duplicate().rewind().put(values);
  }

  /** The values of {@code from} as an adapter. */
  PeftAdapter adapter(float[] from, String baseModel) {
    SortedMap<String, LoraWeights> modules = new TreeMap<>();
    for (int layer = plan.firstLayer(); layer < config.layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        Slot a = slots.get(kind.loraA(layer));
        Slot b = slots.get(kind.loraB(layer));
        modules.put(
            kind.path(layer),
            LoraWeights.copyOf(
                plan.rank(), a.columns(), b.rows(), plan.alpha(), part(from, a), part(from, b)));
      }
    }
    List<String> targets =
        Arrays.stream(LinearLayer.values())
            .map(kind -> kind.path(0).substring(kind.path(0).lastIndexOf('.') + 1))
            .toList();
    return new PeftAdapter(plan.rank(), plan.alpha(), 0, false, targets, baseModel, modules);
  }

  private static FloatBuffer part(float[] from, Slot slot) {
    return FloatBuffer.wrap(from, slot.offset(), slot.size()).slice();
  }

  @Override
  public void close() {
    tensors.values().forEach(NativeTensor::close);
  }
}
