package dev.tuneworthy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.checkpoint.OnnxAdapter;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.Verdict;
import dev.tuneworthy.decoder.TinyLlama;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters and suites on their way to other tools and back, by command. */
class ExchangeCommandsTest {
  private static final String MODEL = TinyLlama.FOLDER.toString();
  private static final String ADAPTER = TinyLlama.FOLDER.resolve("adapter").toString();

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void exportsAnAdapterForOnnxRuntimeAndBackForPeft() {
    String file = folder.resolve("mine.onnx_adapter").toString();

    assertThat(
            run("adapter", "export", ADAPTER, "--model", MODEL, "--format", "onnx", "--out", file))
        .isEqualTo(ExitCodes.GO);
    assertThat(OnnxAdapter.read(Path.of(file)).parameters()).hasSize(2 * 14 + 1);
    String back = folder.resolve("back").toString();
    assertThat(run("adapter", "export", file, "--model", MODEL, "--format", "peft", "--out", back))
        .isEqualTo(ExitCodes.GO);
    assertThat(PeftAdapter.read(Path.of(back)).modules()).hasSize(14);
    assertThat(text(out)).contains("14 layers").contains(back);
  }

  @Test
  void mergesAnAdapterOnceAndNotOverAModel() {
    String merged = folder.resolve("merged").toString();

    assertThat(run("adapter", "merge", ADAPTER, "--model", MODEL, "--out", merged))
        .isEqualTo(ExitCodes.GO);
    assertThat(folder.resolve("merged/model.safetensors")).isNotEmptyFile();
    assertThat(run("adapter", "merge", ADAPTER, "--model", MODEL, "--out", merged))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(text(err)).contains("no model in it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "NaN", "1000"})
  void refusesAScaleThatMakesNoAdapter(String scale) {
    assertThat(run("adapter", "merge", ADAPTER, "--model", MODEL, "--out", "x", "--scale", scale))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(text(err)).contains("--scale");
  }

  @Test
  void importsATask() throws IOException {
    Files.writeString(folder.resolve("data.jsonl"), "{\"context\":\"Q\",\"right\":1}\n");
    Files.writeString(
        folder.resolve("task.yaml"),
        """
        task: mine
        dataset_path: data.jsonl
        output_type: multiple_choice
        doc_to_text: context
        doc_to_choice: [a, b]
        doc_to_target: right
        metric_list: [{metric: acc}]
        """);
    String suite = folder.resolve("suite").toString();

    int code = run("suite", "import", folder.resolve("task.yaml").toString(), "--out", suite);

    assertThat(code).isEqualTo(ExitCodes.GO);
    assertThat(text(out)).contains("1 items of 1 tasks");
    assertThat(folder.resolve("suite/001.yaml")).content().contains("task: \"mine\"");
  }

  @Test
  void refusesUnknownFormats() {
    for (List<String> command :
        List.of(
            List.of("suite", "import", "task.yaml", "--out", "x", "--format", "helm"),
            List.of(
                "adapter",
                "export",
                ADAPTER,
                "--model",
                MODEL,
                "--format",
                "gguf",
                "--out",
                "x"))) {
      assertThat(run(command.toArray(String[]::new))).isEqualTo(ExitCodes.USAGE);
    }
    assertThat(text(err)).contains("lm-eval").contains("onnx or peft");
  }

  private int run(String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            80,
            System::nanoTime);
    return new Cli(new FakeWorkshop(folder, Records.of(Verdict.PROMPT)), console)
        .run(List.of(arguments));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
