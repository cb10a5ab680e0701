package dev.tuneworthy.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The families that can be read; anything else is refused by name. */
final class Architectures {
  private static final List<Architecture> ALL =
      List.of(
          new LlamaArchitecture(),
          new MistralArchitecture(),
          new Qwen2Architecture(),
          new Qwen3Architecture(),
          new Gemma3Architecture(),
          new SmolLm3Architecture());

  private Architectures() {}

  static Architecture ofHuggingFace(Path file, String huggingFaceClass) {
    return find(file, huggingFaceClass, a -> List.of(a.huggingFaceClass()));
  }

  static Architecture ofGguf(Path file, String ggufName) {
    return find(file, ggufName, a -> a.ggufName().stream().toList());
  }

  private static Architecture find(
      Path file, String wanted, Function<Architecture, List<String>> names) {
    return ALL.stream()
        .filter(architecture -> names.apply(architecture).contains(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                CheckpointErrors.unsupported(
                    file,
                    "one of the architectures "
                        + String.join(
                            ", ", ALL.stream().flatMap(a -> names.apply(a).stream()).toList()),
                    "architecture " + wanted,
                    "Use a model of one of those families."));
  }
}
