package dev.tuneworthy.cli;

import picocli.CommandLine;

/** Which local model a command uses. */
final class ModelOption {
  static final String DEFAULT = "smollm2-135m-instruct";

  @CommandLine.Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = DEFAULT,
      description =
          "The local model: a name of 'model list', a GGUF file or a Hugging Face folder. Default:"
              + " ${DEFAULT-VALUE}.")
  private String name = DEFAULT;

  String name() {
    return name;
  }
}
