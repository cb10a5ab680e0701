package dev.tuneworthy.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.ProviderChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tiny random model of one family, in one file format, beside what the reference computes on it.
 *
 * @param file name of a GGUF file in the folder, or empty for the folder itself
 */
public record TinyModel(String family, String file) {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final List<String> FAMILIES =
      List.of("llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "smollm3");

  /** Every family, from its Hugging Face folder. */
  public static Stream<TinyModel> folders() {
    return FAMILIES.stream().map(family -> new TinyModel(family, ""));
  }

  /**
   * Every family in every format that holds the same weights: GGUF calls Mistral llama and says
   * nothing of a window, and the GGUF file of the tiny Llama is quantised.
   */
  static Stream<TinyModel> all() {
    Stream<TinyModel> files =
        FAMILIES.stream()
            .filter(family -> !List.of("llama", "mistral").contains(family))
            .map(family -> new TinyModel(family, family + ".gguf"));
    return Stream.concat(folders(), files);
  }

  private Path folder() {
    return FIXTURES.resolve("tiny-" + family);
  }

  /** The whole model in float32; the caller closes it. */
  public Decoder decoder() {
    return decoder(Precision.FLOAT32);
  }

  /** The whole model; the caller closes it. */
  Decoder decoder(Precision precision) {
    try (Checkpoint checkpoint = Checkpoints.open(folder().resolve(file))) {
      return Decoder.load(checkpoint, Device.choose(ProviderChoice.CPU, 1), precision);
    }
  }

  public PeftAdapter adapter() {
    return PeftAdapter.read(adapterFolder());
  }

  public Path adapterFolder() {
    return folder().resolve("adapter");
  }

  /** Gradients of the loss by every A and B, keyed as the adapter. */
  public Path gradients() {
    return folder().resolve("gradients.safetensors");
  }

  /** The reference's values. */
  public JsonNode expected() {
    try {
      return new ObjectMapper().readTree(folder().resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return family + (file.isEmpty() ? "" : " (GGUF)");
  }
}
