package dev.tuneworthy.cli;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.OnnxAdapter;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decoder.MergedModel;
import dev.tuneworthy.decoder.OnnxAdapterExchange;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

@CommandLine.Command(
    name = "adapter",
    description = "Turn an adapter into another form, or merge it into its model.",
    footer = {
      "",
      "An adapter is a PEFT folder or a file of ONNX Runtime (.onnx_adapter).",
      "",
      "Examples:",
      "  tuneworthy adapter export decisions/mine/adapter --format onnx --out mine.onnx_adapter",
      "  tuneworthy adapter merge decisions/mine/adapter --out merged-model"
    })
final class AdapterCommand extends Command {
  private static final double MOST_SCALE = 100;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "expected a command: export or merge");
  }

  /** What both commands work on. */
  abstract static class OnAdapter extends Command {
    final Workshop workshop;
    final Console console;

    @CommandLine.Parameters(
        paramLabel = "ADAPTER",
        description = "A PEFT folder or an .onnx_adapter file.")
    private Path adapter = Path.of("");

    @CommandLine.Mixin private ModelOption model = new ModelOption();

    @CommandLine.Option(
        names = "--scale",
        paramLabel = "S",
        defaultValue = "1",
        description = "How strong the adapter is, 1 as trained. Default: ${DEFAULT-VALUE}.")
    private double scale = 1;

    OnAdapter(Workshop workshop, Console console) {
      this.workshop = workshop;
      this.console = console;
    }

    @Override
    public Integer call() {
      if (!(Math.abs(scale) <= MOST_SCALE) || scale == 0) {
        throw ServiceException.of(
            ErrorCode.BAD_USAGE,
            "--scale",
            "a number up to " + MOST_SCALE + " other than 0",
            String.valueOf(scale),
            "Give 1 for the adapter as trained; at 0 it does nothing.");
      }
      try (ProgressLine progress = new ProgressLine(console);
          Checkpoint checkpoint = workshop.checkpoint(model.name(), progress)) {
        run(checkpoint, read(checkpoint), scale);
      }
      return ExitCodes.GO;
    }

    private PeftAdapter read(Checkpoint checkpoint) {
      return Files.isRegularFile(adapter) || adapter.toString().endsWith(OnnxAdapter.FILE_END)
          ? OnnxAdapterExchange.toPeft(checkpoint.config(), OnnxAdapter.read(adapter), model.name())
          : PeftAdapter.read(adapter);
    }

    abstract void run(Checkpoint checkpoint, PeftAdapter read, double scale);
  }

  @CommandLine.Command(
      name = "export",
      description = "Write an adapter for ONNX Runtime or for PEFT.",
      footer = {
        "",
        "onnx: one .onnx_adapter file whose parameters are the inputs of the decoder's graphs, for",
        "  OrtLoraAdapter and RunOptions.addActiveLoraAdapter.",
        "peft: a folder of adapter_config.json and adapter_model.safetensors.",
        "",
        "Examples:",
        "  tuneworthy adapter export decisions/mine/adapter --format onnx --out mine.onnx_adapter",
        "  tuneworthy adapter export mine.onnx_adapter --format peft --out mine --scale 0.5"
      })
  static final class Export extends OnAdapter {
    @CommandLine.Option(
        names = "--format",
        required = true,
        paramLabel = "FORMAT",
        description = "onnx or peft.")
    private String format = "";

    @CommandLine.Option(
        names = "--out",
        required = true,
        paramLabel = "PATH",
        description = "The file for onnx, the folder for peft.")
    private Path out = Path.of("");

    Export(Workshop workshop, Console console) {
      super(workshop, console);
    }

    @Override
    void run(Checkpoint checkpoint, PeftAdapter read, double scale) {
      OnnxAdapter onnx = OnnxAdapterExchange.toOnnx(checkpoint.config(), read, scale);
      switch (format) {
        case "onnx" -> onnx.write(out);
        case "peft" ->
            (scale == 1
                    ? read
                    : OnnxAdapterExchange.toPeft(checkpoint.config(), onnx, read.baseModel()))
                .write(out);
        default ->
            throw ServiceException.of(
                ErrorCode.BAD_USAGE,
                "--format",
                "onnx or peft",
                "'" + format + "'",
                "Name a known format.");
      }
      console.result("The adapter of %d layers is in %s".formatted(read.modules().size(), out));
    }
  }

  @CommandLine.Command(
      name = "merge",
      description = "Work an adapter into the weights of its model, for good.",
      footer = {
        "",
        "Writes a Hugging Face folder in float32 (4 bytes a weight) with tokenizer and chat",
        "template. Whoever gets the merged model always gets the adapter: what it forgot cannot be",
        "switched off any more.",
        "",
        "Examples:",
        "  tuneworthy adapter merge decisions/mine/adapter --out merged-model",
        "  tuneworthy adapter merge my-adapter --model my-model --out merged-model --scale 0.5"
      })
  static final class Merge extends OnAdapter {
    @CommandLine.Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        description = "Where the model goes.")
    private Path out = Path.of("");

    Merge(Workshop workshop, Console console) {
      super(workshop, console);
    }

    @Override
    void run(Checkpoint checkpoint, PeftAdapter read, double scale) {
      MergedModel.write(checkpoint, read, scale, out);
      console.result("The merged model is in " + out);
    }
  }
}
