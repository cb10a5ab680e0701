package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.HuggingFaceExport;
import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.checkpoint.SafetensorsWriter;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model with an adapter worked into its weights, W + s·(α/r)·BA, as a Hugging Face folder of
 * float32 that any reader of such folders opens. What is merged is always on: nothing can dial it.
 */
public final class MergedModel {
  private MergedModel() {}

  /**
   * Merges and writes, one tensor in memory at a time.
   *
   * @param scale s; 1 is the adapter as trained
   * @param folder new, or without a model in it
   * @throws ServiceException {@code BAD_ADAPTER} if the adapter is not for this model, {@code
   *     CONFLICT} if a model is in the folder, {@code UNSUPPORTED_CHECKPOINT}, {@code DISK}
   */
  public static void write(Checkpoint checkpoint, PeftAdapter lora, double scale, Path folder) {
    Adapter.of(checkpoint.config(), lora, scale).close(); // refuses what does not fit
    if (Files.exists(folder.resolve(HuggingFaceExport.CONFIG))) {
      throw ServiceException.of(
          ErrorCode.CONFLICT,
          "folder " + folder,
          "no model in it",
          HuggingFaceExport.CONFIG,
          "Name another folder, or remove that model.");
    }
    HuggingFaceExport beside = new HuggingFaceExport(checkpoint, folder);
    beside.config();
    byte[] tokenizer = TokenizerJson.of(checkpoint.tokenizer()).bytes();
    try {
      Files.createDirectories(folder);
      weights(checkpoint, lora, scale).write(folder.resolve(HuggingFaceExport.WEIGHTS));
      beside.writeTokenizer(tokenizer);
      beside.writeConfig();
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          "model " + folder + ": cannot be written: " + e + ". Free some space, then retry.",
          e);
    }
  }

  private static SafetensorsWriter weights(Checkpoint checkpoint, PeftAdapter lora, double scale) {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String name : checkpoint.tensorNames()) {
      String module = name.endsWith(".weight") ? name.substring(0, name.length() - 7) : name;
      Optional<LoraWeights> update = Optional.ofNullable(lora.modules().get(module));
      writer.add(
          name,
          () -> {
            float[] values = read(checkpoint, name);
            update.ifPresent(weights -> add(values, weights, scale * lora.scale(module)));
            return FloatBuffer.wrap(values);
          },
          checkpoint.shape(name));
    }
    return writer;
  }

  private static float[] read(Checkpoint checkpoint, String name) {
    long elements = Arrays.stream(checkpoint.shape(name)).reduce(1L, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(elements)];
    checkpoint.readFloats(name, FloatBuffer.wrap(values));
    return values;
  }

  /** W [out, in] += factor · B [out, R] · A [R, in], each element summed in double. */
  private static void add(float[] w, LoraWeights weights, double factor) {
    int in = weights.in();
    int rank = weights.rank();
    FloatBuffer a = weights.a();
    FloatBuffer b = weights.b();
    IntStream.range(0, weights.out())
        .parallel()
        .forEach(
            row -> {
              for (int column = 0; column < in; column++) {
                double sum = 0;
                for (int r = 0; r < rank; r++) {
                  sum += (double) b.get(row * rank + r) * a.get(r * in + column);
                }
                int at = row * in + column;
                w[at] = (float) (w[at] + factor * sum);
              }
            });
  }
}
