package dev.tuneworthy.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.ProviderChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The tiny random Llama of the fixtures and what the reference implementation computes on it. */
public final class TinyLlama {
  public static final Path FOLDER = Path.of("src/test/resources/fixtures/tiny-llama");

  private TinyLlama() {}

  public static Decoder decoder() {
    try (Checkpoint checkpoint = Checkpoints.open(FOLDER)) {
      return Decoder.load(checkpoint, Device.choose(ProviderChoice.CPU, 1));
    }
  }

  /** The reference's values. */
  public static JsonNode expected() {
    try {
      return new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
