package dev.tuneworthy.app;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.ModelListing;
import dev.tuneworthy.checkpoint.ModelStore;
import dev.tuneworthy.cli.DecisionFolders;
import dev.tuneworthy.cli.LocalModel;
import dev.tuneworthy.cli.Workshop;
import dev.tuneworthy.decision.Bench;
import dev.tuneworthy.decision.Decider;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.decision.Forecast;
import dev.tuneworthy.decision.GridRecorder;
import dev.tuneworthy.decision.OutcomeGrid;
import dev.tuneworthy.decision.RetentionBench;
import dev.tuneworthy.decision.TestLedger;
import dev.tuneworthy.decoder.DocumentTemplate;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.prompting.RemoteModels;
import dev.tuneworthy.report.ReportWriter;
import dev.tuneworthy.retention.BaseStanding;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.DocumentTemplates;
import dev.tuneworthy.suite.SuiteReader;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What the commands work with, on this machine. */
final class StandardWorkshop implements Workshop {
  private final Path home;
  private final Map<String, String> environment;

  StandardWorkshop(Path home, Map<String, String> environment) {
    this.home = home;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Path home() {
    return home;
  }

  @Override
  public LocalDate today() {
    return LocalDate.now(ZoneId.systemDefault());
  }

  @Override
  public Decider decider() {
    Decider ladder = Ladders.ladder(home, environment);
    return (request, folder, progress) -> {
      DecisionRecord decided = ladder.decide(request, folder, progress);
      ReportWriter.write(decided, folder);
      return decided;
    };
  }

  @Override
  public Forecast forecast(DecisionRequest request, boolean anew, Progress progress) {
    return Ladders.ladder(home, environment).forecast(request, anew, progress);
  }

  @Override
  public LocalModel localModel(String model, Progress progress) {
    return OpenedModel.open(model, environment, progress);
  }

  @Override
  public Checkpoint checkpoint(String model, Progress progress) {
    return Checkpoints.open(
        ModelStore.standard().resolve(model, new DownloadSteps(progress)).path());
  }

  @Override
  public Answerer remoteModel(RemoteModelSpec spec) {
    return Ladders.remoteModels(environment).open(spec);
  }

  @Override
  public BaselineSuite suite(Path folder) {
    return SuiteReader.read(folder);
  }

  @Override
  public DocumentTemplates templates() {
    return DocumentTemplate::evaluate;
  }

  @Override
  public TuningSummary tune(Task task, String model, TuneOrder order, Path out, Progress progress) {
    try (Bench bench = Ladders.bench(home, model, environment, progress)) {
      return new SingleRungs(bench, progress).tune(task, order, out);
    }
  }

  @Override
  public RetentionSummary retention(
      String model,
      ScaledAdapter adapter,
      List<BaselineSuite> suites,
      Optional<String> prose,
      boolean floor,
      Progress progress) {
    try (Bench bench = Ladders.bench(home, model, environment, progress)) {
      return new SingleRungs(bench, progress).retention(adapter, suites, prose, floor);
    }
  }

  @Override
  public RetentionSummary retentionOf(
      String model,
      String tuned,
      Optional<String> precision,
      List<BaselineSuite> suites,
      Progress progress) {
    Map<String, String> ofOther = new HashMap<>(environment);
    precision.ifPresent(word -> ofOther.put(OpenedModel.PRECISION, word));
    try (Bench bench = Ladders.bench(home, model, environment, progress);
        Bench other = Ladders.bench(home, tuned, ofOther, progress)) {
      return new SingleRungs(bench, progress).retentionOf(other, suites);
    }
  }

  @Override
  public RetentionSummary retentionOfRemote(
      RemoteModelSpec base, RemoteModelSpec tuned, List<BaselineSuite> suites, Progress progress) {
    RemoteModels remote = Ladders.remoteModels(environment);
    return SingleRungs.retentionOfRemote(
        Ladders.promptModel(remote, base), Ladders.promptModel(remote, tuned), suites, progress);
  }

  @Override
  public List<BaseStanding> standing(String model, BaselineSuite suite, Progress progress) {
    try (Bench bench = Ladders.bench(home, model, environment, progress)) {
      return Ladders.comparison().standing(bench, List.of(suite), progress);
    }
  }

  @Override
  public void bench(String model, BenchPart part, Consumer<Speed> rows, Progress progress) {
    Device device = OpenedModel.device(environment);
    new EngineBench(Ladders.generalPrompts(home), rows, progress)
        .run(() -> OpenedModel.local(model, environment, progress), device, part);
  }

  @Override
  public List<RetentionBench.Row> benchRetention(
      String model, RetentionBench.Settings settings, Path out, Progress progress) {
    try (Bench bench = Ladders.bench(home, model, environment, progress)) {
      return new RetentionBench(bench, Ladders.comparison(), System::nanoTime)
          .run(settings, out, progress);
    }
  }

  @Override
  public OutcomeGrid recordGrid(
      String model, Task task, GridRecorder.Settings settings, Path out, Progress progress) {
    try (Bench bench = Ladders.bench(home, model, environment, progress)) {
      return new GridRecorder(bench, System::nanoTime).record(task, settings, out, progress);
    }
  }

  @Override
  public TestLedger testLedger() {
    return Ladders.testLedger();
  }

  @Override
  public DecisionFolders folders() {
    return new ReportFolders();
  }

  @Override
  public List<ModelListing> models() {
    return ModelStore.standard().list();
  }

  @Override
  public Path pull(String model, Progress progress) {
    return ModelStore.standard().pull(model, new DownloadSteps(progress)).path();
  }

  @Override
  public int serve(String host, int port) {
    return new ServiceRun(home, environment).run(host, port);
  }
}
