package dev.tuneworthy.runtime;

import java.util.HashMap;
import java.util.Map;

/**
 * The weights of a model in native memory, loaded once and bound by name into every session. Owns
 * its tensors; close it after the sessions that use it.
 */
public final class Weights implements AutoCloseable {
  private final Map<String, NativeTensor> tensors = new HashMap<>();

  public void put(String name, NativeTensor tensor) {
    if (tensors.putIfAbsent(name, tensor) != null) {
      throw new IllegalArgumentException("weight '" + name + "' is there already");
    }
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  public NativeTensor get(String name) {
    NativeTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no weight '" + name + "'");
    }
    return tensor;
  }

  @Override
  public void close() {
    tensors.values().forEach(NativeTensor::close);
    tensors.clear();
  }
}
