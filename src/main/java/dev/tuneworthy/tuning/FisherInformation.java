package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.decoder.LinearLayer;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.Weights;
import dev.tuneworthy.task.ContentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The diagonal of the Fisher information of a model's linear weights on general prompts: how much
 * each weight matters for what the model says there. The labels are drawn from the model itself at
 * temperature 1, which makes it the Fisher information and not the empirical one (Kunstner et al.
 * 2019). Scaled to mean 1 over all weights, so that a strength means the same for every model. Kept
 * in one file for each model, which is mapped into memory: 4 bytes for each weight.
 */
final class FisherInformation {
  private static final int MAGIC = 0x54574653;
  private static final int VERSION = 1;
  private static final int HEAD_BYTES = 64;
  private static final int HASH_CHARACTERS = 40;

  /** Prompts that the estimate uses at most; each costs about as much as a training example. */
  private static final int MOST_PROMPTS = 64;

  /** Of the draws; another one would be as good. */
  private static final long SEED = 1;

  private final LocalModel model;
  private final GeneralPrompts general;

  FisherInformation(LocalModel model, GeneralPrompts general) {
    this.model = model;
    this.general = general;
  }

  /** The values by the names of the weights; estimated first if there are none yet. */
  Weights load(Progress progress) {
    List<String> prompts = general.weighing();
    List<String> used = prompts.subList(0, Math.min(MOST_PROMPTS, prompts.size()));
    ContentHash hash = new ContentHash().add("fisher " + VERSION).add(model.ref().provider());
    used.forEach(hash::add);
    String key = hash.hex().substring(0, HASH_CHARACTERS);
    Path file =
        general
            .cache()
            .resolve(model.ref().key())
            .resolve("fisher-" + key.substring(0, 16) + ".bin");
    if (!whole(file, key)) {
      List<EncodedExample> examples =
          new GeneralAnswers(model, general.cache()).drawn(used, SEED, progress);
      estimate(examples, file, key, progress);
    }
    return map(file);
  }

  private void estimate(List<EncodedExample> examples, Path file, String key, Progress progress) {
    try (SquaredGradients squares = new SquaredGradients(model.text().decoder())) {
      for (int i = 0; i < examples.size(); i++) {
        squares.add(examples.get(i));
        progress.report(
            new Progress.Step("general", "Fisher information", i + 1, examples.size(), 0));
      }
      write(squares, file, key);
    }
  }

  private void write(SquaredGradients squares, Path file, String key) {
    double mean = squares.mean();
    if (!(mean > 0) || !Double.isFinite(mean)) {
      throw new ServiceException(
          ErrorCode.INTERNAL, "the Fisher information of " + model.ref().id() + " is " + mean);
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "fisher", ".new");
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        writeFully(channel, head(key));
        for (String name : names()) {
          FloatBuffer values = squares.of(name);
          ByteBuffer bytes = ByteBuffer.allocate(4 * values.limit()).order(ByteOrder.nativeOrder());
          for (int i = 0; i < values.limit(); i++) {
            bytes.putFloat((float) (values.get(i) / mean));
          }
          writeFully(channel, bytes.flip());
        }
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw disk(file, "to be written", e);
    }
  }

  private static ByteBuffer head(String key) {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.nativeOrder());
    head.putInt(MAGIC).putInt(VERSION);
    for (int i = 0; i < key.length(); i++) {
      head.put((byte) key.charAt(i));
    }
    return head.clear();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private boolean whole(Path file, String key) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) != HEAD_BYTES + 4 * elements()) {
        return false;
      }
      try (FileChannel channel = FileChannel.open(file)) {
        ByteBuffer found = ByteBuffer.allocate(HEAD_BYTES);
        while (found.hasRemaining() && channel.read(found) >= 0) {
          // Reads on until the head is there.
        }
        return found.flip().equals(head(key));
      }
    } catch (IOException e) {
      throw disk(file, "to be read", e);
    }
  }

  private Weights map(Path file) {
    Weights weights = new Weights();
    try (FileChannel channel = FileChannel.open(file)) {
      long offset = HEAD_BYTES;
      for (Map.Entry<String, long[]> weight : shapes().entrySet()) {
        long[] shape = weight.getValue();
        long bytes = 4 * shape[0] * shape[1];
        MappedByteBuffer part = channel.map(FileChannel.MapMode.READ_ONLY, offset, bytes);
        weights.put(
            weight.getKey(),
            NativeTensor.floats(part.order(ByteOrder.nativeOrder()).asFloatBuffer(), shape));
        offset += bytes;
      }
      return weights;
    } catch (IOException e) {
      weights.close();
      throw disk(file, "to be read", e);
    }
  }

  private List<String> names() {
    return new ArrayList<>(shapes().keySet());
  }

  /** Shape [O, I] of every linear weight, in the order of the file. */
  private Map<String, long[]> shapes() {
    ModelConfig config = model.text().config();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (LinearLayer kind : LinearLayer.values()) {
        shapes.put(
            kind.weight(layer), new long[] {kind.outputWidth(config), kind.inputWidth(config)});
      }
    }
    return shapes;
  }

  private long elements() {
    return shapes().values().stream().mapToLong(shape -> shape[0] * shape[1]).sum();
  }

  private static ServiceException disk(Path file, String expected, IOException e) {
    return new ServiceException(
        ErrorCode.DISK,
        file + ": expected " + expected + ", found " + e + ". Free some space and try again.",
        e);
  }
}
