package dev.tuneworthy.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a model file says about its blocks, whatever its format; an {@link Architecture} makes sense
 * of it. A GGUF file leaves out what llama.cpp knows of a family, so that the family's own rule
 * holds where a field is absent.
 */
interface ModelFields {
  int hidden();

  int layers();

  int heads();

  int headSize();

  /** A number of {@code config.json}; a GGUF file has none. */
  Optional<Double> number(String name);

  /** A list of whole numbers of {@code config.json}, empty where it or the field is absent. */
  List<Integer> integers(String name);

  /** A switch of {@code config.json}. */
  boolean flag(String name, boolean otherwise);

  /** The sliding window that the file states, whether layers use it or not. */
  OptionalInt window();

  /** For each layer whether it slides, where the file lists that. */
  Optional<List<Boolean>> slidingLayers();

  /** The rotary embedding of the layers that see everything, scaling included. */
  Rotary rotary(double otherwiseTheta);

  /** The rotary embedding of sliding layers, in families that give them one of their own. */
  Rotary slidingRotary(double otherwiseTheta);
}
