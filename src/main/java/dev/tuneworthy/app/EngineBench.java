package dev.tuneworthy.app;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.cli.Workshop.BenchPart;
import dev.tuneworthy.cli.Workshop.Speed;
import dev.tuneworthy.decoder.Adapter;
import dev.tuneworthy.decoder.DecoderSpeed;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.NativeTensor;
import dev.tuneworthy.runtime.OnnxSession;
import dev.tuneworthy.runtime.ProcessMemory;
import dev.tuneworthy.runtime.Weights;
import dev.tuneworthy.tuning.GeneralPrompts;
import dev.tuneworthy.tuning.MitigationSpeed;
import dev.tuneworthy.tuning.TrainingSpeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The engine's speed on this machine, in shapes that other engines can be given too. Each figure is
 * the median of a few repeats after a warm-up. FLOP/s count two operations for each weight of a
 * linear layer and row forward, four in a training step (Hu et al. 2021: frozen weights have no
 * gradient of their own), without attention; they stand beside what the machine reaches in a plain
 * product of matrices.
 */
final class EngineBench {
  private static final int REPEATS = 5;
  private static final int MITIGATION_STEPS = 16;
  private static final int RANK = 8;
  private static final TrainingSpeed.Shape ONE_PROMPT = new TrainingSpeed.Shape(95, 15, 8, RANK);

  /** A step of a task whose messages are about 20 tokens long, as those of CLINC150 are. */
  private static final TrainingSpeed.Shape SHORT_MESSAGES =
      new TrainingSpeed.Shape(67, 25, 8, RANK);

  private final Optional<GeneralPrompts> general;
  private final Consumer<Speed> rows;
  private final Progress progress;
  private String precision = "";
  private int done;

  /**
   * @param general for the means that use some; only that part of the bench needs them
   */
  EngineBench(Optional<GeneralPrompts> general, Consumer<Speed> rows, Progress progress) {
    this.general = general;
    this.rows = rows;
    this.progress = progress;
  }

  void run(Supplier<LocalModel> open, Device device, BenchPart part) {
    long start = System.nanoTime();
    try (LocalModel model = open.get()) {
      precision = model.ref().precision();
      row("model ready, its file in the cache", (System.nanoTime() - start) / 1e9, "s", 0);
      if (part == BenchPart.ALL) {
        double peak = matrixProduct(device);
        row("product of 1024 x 1024 matrices", peak, "GFLOP/s", peak);
      }
      if (part == BenchPart.ALL || part == BenchPart.PROMPTING) {
        prompting(model);
      }
      if (part == BenchPart.MITIGATION) {
        precision = model.trainingPrecision().label();
        mitigation(model);
      }
      if (part == BenchPart.ALL || part == BenchPart.TRAINING) {
        model.text().forgetPrefixes();
        precision = model.trainingPrecision().label();
        training(model, "one task's prompt", ONE_PROMPT);
        training(model, "nothing shared", new TrainingSpeed.Shape(0, 96, 8, RANK));
      }
    }
  }

  private void prompting(LocalModel model) {
    ModelConfig config = model.text().config();
    try (Adapter adapter = DecoderSpeed.adapter(config, RANK)) {
      double prefill = median(DecoderSpeed.prefill(model.text(), adapter, 512, REPEATS));
      row("prefill, 512 tokens", 512 / prefill, "tokens/s", 2 * weights(config) * 512 / prefill);
      for (int batch : new int[] {1, 8, 64}) {
        double step = median(DecoderSpeed.decode(model.text(), adapter, batch, 48, REPEATS));
        row(
            "decode, " + batch + (batch == 1 ? " row" : " rows") + ", adapter active",
            batch / step,
            "tokens/s",
            2 * (weights(config) + head(config)) * batch / step);
      }
      double scoring = median(DecoderSpeed.choose(model.text(), adapter, 1));
      row("few-shot scoring, 15 shots, 15 choices, 150 queries", scoring, "s", 0);
    }
  }

  private void training(LocalModel model, String what, TrainingSpeed.Shape shape) {
    double seconds = median(TrainingSpeed.steps(model, shape, REPEATS));
    double computed = shape.prefix() + (double) shape.batch() * shape.own();
    double flops = 4 * weights(model.text().config()) * computed / seconds;
    String name =
        "LoRA training, %s (%d + %d tokens, batch %d, r=%d)"
            .formatted(what, shape.prefix(), shape.own(), shape.batch(), shape.rank());
    row(name, shape.batch() / seconds, "examples/s", flops);
    row("  the same in tokens", shape.tokens() / seconds, "tokens/s", flops);
  }

  private void mitigation(LocalModel model) {
    GeneralPrompts prompts =
        general.orElseThrow(
            () ->
                ServiceException.of(
                    ErrorCode.BAD_USAGE,
                    "bench --only mitigation",
                    "general prompts in eval-suites/general, " + GeneralPrompts.LEAST + " or more",
                    "none, or too few",
                    "Set TUNEWORTHY_HOME to a folder that has them."));
    for (TrainingSpeed.Shape shape : List.of(ONE_PROMPT, SHORT_MESSAGES)) {
      String step = "step of %d + %d tokens".formatted(shape.prefix(), shape.own());
      List<MitigationSpeed.Steps> measured =
          MitigationSpeed.measure(model, prompts, shape, MITIGATION_STEPS, progress);
      double plain = median(measured.get(0).seconds());
      row(step + ", batch 8, plain", plain, "s", 0);
      for (MitigationSpeed.Steps of : measured.subList(1, measured.size())) {
        row("  with " + of.means().substring(1), median(of.seconds()) / plain, "x plain", 0);
      }
    }
  }

  /** Operations a second, in units of 10⁹, of a product of two square matrices of 1024. */
  private static double matrixProduct(Device device) {
    int n = 1024;
    GraphBuilder graph = new GraphBuilder();
    graph.output(
        "c",
        graph.matMul(
            graph.input("a", DataType.FLOAT32, n, n), graph.input("b", DataType.FLOAT32, n, n)));
    List<Double> seconds = new ArrayList<>();
    try (Weights none = new Weights();
        OnnxSession session = new OnnxSession(graph.build(), none, device, Map.of());
        NativeTensor a = NativeTensor.floats(new float[n * n], n, n);
        NativeTensor b = NativeTensor.floats(new float[n * n], n, n)) {
      for (int i = 0; i < 4 * REPEATS; i++) {
        long start = System.nanoTime();
        session.run(Map.of("a", a, "b", b), Set.of("c")).values().forEach(NativeTensor::close);
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    return 2.0 * n * n * n / median(seconds) / 1e9;
  }

  /** Weights of all linear layers but the head. */
  private static double weights(ModelConfig config) {
    return DecoderSpeed.linearWeights(config);
  }

  private static double head(ModelConfig config) {
    return (double) config.vocabulary() * config.hidden();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private void row(String what, double value, String unit, double flops) {
    boolean plain = unit.equals("GFLOP/s");
    rows.accept(
        new Speed(
            what,
            plain ? "float32" : precision,
            value,
            unit,
            plain ? 0 : flops / 1e9,
            ProcessMemory.peakBytes() / 1e9));
    progress.report(new Progress.Step("bench", what, ++done, 0, 0));
  }
}
