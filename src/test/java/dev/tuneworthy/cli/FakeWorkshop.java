package dev.tuneworthy.cli;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.ModelEntry;
import dev.tuneworthy.checkpoint.ModelListing;
import dev.tuneworthy.checkpoint.ModelOrigin;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decision.Decider;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.decision.Forecast;
import dev.tuneworthy.decision.GridRecorder;
import dev.tuneworthy.decision.OutcomeGrid;
import dev.tuneworthy.decision.RetentionBench;
import dev.tuneworthy.decision.TestLedger;
import dev.tuneworthy.decision.TestScores;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.retention.BaseStanding;
import dev.tuneworthy.retention.FlipFloor;
import dev.tuneworthy.retention.Tally;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.DocumentTemplates;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Remembers what commands asked of it; a model that always gives its first choice. */
final class FakeWorkshop implements Workshop {
  static final ModelRef MODEL = new ModelRef("tiny", "a".repeat(64), "cpu");

  final List<TuneOrder> orders = new ArrayList<>();
  final List<Double> scales = new ArrayList<>();
  final List<DecisionRequest> requests = new ArrayList<>();
  final List<Path> folders = new ArrayList<>();
  final List<String> opened = new ArrayList<>();
  Decider decider;
  DecisionRecord decision;
  private final Path home;

  FakeWorkshop(Path home, DecisionRecord decision) {
    this.home = home;
    this.decision = decision;
    this.decider = (request, folder, progress) -> this.decision;
  }

  @Override
  public Path home() {
    return home;
  }

  @Override
  public LocalDate today() {
    return LocalDate.of(2026, 11, 30);
  }

  @Override
  public Decider decider() {
    return (request, folder, progress) -> {
      requests.add(request);
      folders.add(folder);
      return decider.decide(request, folder, progress);
    };
  }

  @Override
  public Forecast forecast(DecisionRequest request, boolean anew, Progress progress) {
    requests.add(request);
    Forecast.Rung prompt =
        new Forecast.Rung(
            "prompt", 12_345, 90, "0.0225", new Forecast.Most(23_456, 120, "0.03"), 1_500_000_000);
    Forecast.Rung all =
        new Forecast.Rung("all", 12_345, 90, "0.0225", new Forecast.Most(23_456, 120, "0.03"), 0);
    return new Forecast(List.of(prompt), all, anew, List.of("Measured before and kept."));
  }

  @Override
  public LocalModel localModel(String model, Progress progress) {
    opened.add(model);
    return new FakeModel();
  }

  @Override
  public Answerer remoteModel(RemoteModelSpec spec) {
    opened.add(spec.provider() + ":" + spec.model());
    return new FirstChoice("remote answer");
  }

  @Override
  public List<BaseStanding> standing(String model, BaselineSuite suite, Progress progress) {
    opened.add(model);
    return List.of(
        new BaseStanding("facts", AnswerMode.CHOOSE, 150, 120, 0.25),
        new BaseStanding("facts", AnswerMode.GENERATE, 150, 12, 0.05));
  }

  @Override
  public BaselineSuite suite(Path folder) {
    return new BaselineSuite(folder.getFileName().toString(), List.of(), "0".repeat(64));
  }

  @Override
  public Checkpoint checkpoint(String model, Progress progress) {
    return Checkpoints.open(Path.of(model));
  }

  @Override
  public DocumentTemplates templates() {
    return (template, document) -> document.at("/" + template);
  }

  @Override
  public TuningSummary tune(Task task, String model, TuneOrder order, Path out, Progress progress) {
    orders.add(order);
    progress.report(new Progress.Step("tune", "lora(r=8)", 1, 2, 100));
    return new TuningSummary(
        "lora(r=8)", out, "accuracy", 0.875, 120, 54_321, Optional.empty(), Optional.empty());
  }

  @Override
  public RetentionSummary retention(
      String model,
      ScaledAdapter adapter,
      List<BaselineSuite> suites,
      Optional<String> prose,
      boolean floor,
      Progress progress) {
    scales.add(adapter.scale());
    FlipFloor flips =
        new FlipFloor(
            0.02, List.of(new FlipFloor.Mode(AnswerMode.CHOOSE, new Tally(400, 300, 3, 1))));
    return new RetentionSummary(
        decision.retention().orElseThrow(),
        List.of("generate: Of 9 lost items 2 still say what is asked."),
        prose.map(text -> 1.25),
        prose.map(text -> 1.5),
        OptionalDouble.of(0.125),
        floor ? Optional.of(flips) : Optional.empty());
  }

  @Override
  public RetentionSummary retentionOf(
      String model,
      String tuned,
      Optional<String> precision,
      List<BaselineSuite> suites,
      Progress progress) {
    opened.add(tuned + precision.map(word -> " in " + word).orElse(""));
    return RetentionSummary.ofAnswers(decision.retention().orElseThrow(), List.of());
  }

  @Override
  public RetentionSummary retentionOfRemote(
      RemoteModelSpec base, RemoteModelSpec tuned, List<BaselineSuite> suites, Progress progress) {
    opened.add(base.model() + " and " + tuned.model());
    return RetentionSummary.ofAnswers(decision.retention().orElseThrow(), List.of());
  }

  @Override
  public List<RetentionBench.Row> benchRetention(
      String model, RetentionBench.Settings settings, Path out, Progress progress) {
    Tally kept = new Tally(100, 80, 2, 1);
    return List.of(
        new RetentionBench.Row(
            settings.tasks().get(0).name(), "plain", 1, 0.9, kept, kept, Optional.of(1.1), 60),
        new RetentionBench.Row(
            settings.tasks().get(0).name(), "plain", 2, 0.8, kept, kept, Optional.of(1.3), 80));
  }

  @Override
  public OutcomeGrid recordGrid(
      String model, Task task, GridRecorder.Settings settings, Path out, Progress progress) {
    List<TestScores.Mark> marks =
        Collections.nCopies(task.split(Split.TEST).size(), TestScores.Mark.RIGHT);
    return new OutcomeGrid(
        task.name(),
        task.sha256(),
        model,
        List.of(),
        List.of(),
        List.of(
            new OutcomeGrid.Column(
                "zero-shot", Approach.ZERO_SHOT, "zero-shot", 40, 0, marks, marks)));
  }

  @Override
  public void bench(String model, BenchPart part, Consumer<Speed> rows, Progress progress) {
    opened.add(model + " " + part);
    rows.accept(new Speed("prefill, 512 tokens", "float32", 890.25, "tokens/s", 189, 1.5));
  }

  @Override
  public TestLedger testLedger() {
    return new TestLedger(home, Clock.systemUTC());
  }

  @Override
  public DecisionFolders folders() {
    return new DecisionFolders() {
      @Override
      public DecisionRecord read(Path folder) {
        return decision;
      }

      @Override
      public String json(DecisionRecord record) {
        return "{\"verdict\":\"" + record.verdict() + "\"}";
      }

      @Override
      public void render(Path folder) {
        folders.add(folder);
      }

      @Override
      public String markdown(Path folder) {
        return "# Report";
      }
    };
  }

  @Override
  public List<ModelListing> models() {
    ModelEntry entry =
        new ModelEntry(
            "tiny",
            List.of(),
            "for tests",
            "Apache-2.0",
            "tiny.gguf",
            145_000_000,
            "a".repeat(64),
            List.of(new ModelOrigin.PythonPackage("tiny", "1", "tiny.gguf")));
    return List.of(new ModelListing(entry, Path.of("/models/tiny.gguf"), true));
  }

  @Override
  public Path pull(String model, Progress progress) {
    return Path.of("/models", model);
  }

  @Override
  public int serve(String host, int port) {
    opened.add(host + ":" + port);
    return 0;
  }

  private static final class FakeModel implements LocalModel {
    @Override
    public ModelRef ref() {
      return MODEL;
    }

    @Override
    public int countTokens(String text) {
      return text.length() / 4;
    }

    @Override
    public int contextLength() {
      return 2048;
    }

    @Override
    public Answerer base() {
      return new FirstChoice("base answer");
    }

    @Override
    public Answerer tuned(Path adapter) {
      return new FirstChoice("tuned answer");
    }

    @Override
    public Candidate candidate(Task task, Path adapter) {
      return PromptCandidate.zeroShot(task, MODEL, () -> tuned(adapter));
    }

    @Override
    public void close() {}
  }

  private record FirstChoice(String free) implements Answerer {
    @Override
    public ModelRef model() {
      return MODEL;
    }

    @Override
    public boolean givesLikelihoods() {
      return true;
    }

    @Override
    public List<Answer> choose(List<Question> questions, IntConsumer done) {
      return questions.stream().map(q -> given(q.choices().get(0))).toList();
    }

    @Override
    public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
      return questions.stream().map(q -> given(free)).toList();
    }

    private static Answer given(String text) {
      return new Answer.Given(text, List.of(), new TokenUsage(0, 1, 1));
    }

    @Override
    public void close() {}
  }
}
