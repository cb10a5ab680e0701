package dev.tuneworthy.app;

import dev.tuneworthy.checkpoint.CacheFolder;
import dev.tuneworthy.decision.BaselineComparison;
import dev.tuneworthy.decision.Bench;
import dev.tuneworthy.decision.Decider;
import dev.tuneworthy.decision.DecisionLadder;
import dev.tuneworthy.decision.LocalBench;
import dev.tuneworthy.decision.Machine;
import dev.tuneworthy.decision.PromptModel;
import dev.tuneworthy.decision.TestLedger;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.prompting.RemoteModels;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.suite.GeneralPrompt;
import dev.tuneworthy.suite.GeneralPromptReader;
import dev.tuneworthy.suite.NeutralProse;
import dev.tuneworthy.tuning.GeneralPrompts;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The ladder on this machine, for the service and for the command line. {@code TUNEWORTHY_HARDWARE}
 * names the hardware as policies do, where that is not the number of processors: {@code 1 x H100}.
 */
final class Ladders {
  private Ladders() {}

  @Produces
  @Singleton
  static Decider ofTheService(@ConfigProperty(name = "tuneworthy.home") Path home) {
    return ladder(home, System.getenv());
  }

  static DecisionLadder ladder(Path home, Map<String, String> environment) {
    RemoteModels remote = remoteModels(environment);
    return new DecisionLadder(
        (model, progress) -> bench(home, model, environment, progress),
        spec -> promptModel(remote, spec),
        baselineCache(),
        testLedger(),
        machine(environment),
        System::nanoTime);
  }

  static BaselineComparison comparison() {
    return new BaselineComparison(baselineCache(), System::nanoTime);
  }

  static TestLedger testLedger() {
    return new TestLedger(CacheFolder.fromEnvironment(), Clock.systemUTC());
  }

  private static Path baselineCache() {
    return CacheFolder.fromEnvironment().resolve("baseline");
  }

  static RemoteModels remoteModels(Map<String, String> environment) {
    return new RemoteModels(
        RemoteSettings.of(environment),
        name -> Optional.ofNullable(environment.get(name)),
        Clock.systemUTC(),
        new Random());
  }

  static Bench bench(Path home, String model, Map<String, String> environment, Progress progress) {
    Device device = OpenedModel.device(environment);
    Optional<GeneralPrompts> general = generalPrompts(home);
    return new LocalBench(
        OpenedModel.local(model, environment, progress), device, general, NeutralProse.in(home));
  }

  /** The shipped general prompts; empty where a home has none, or too few. */
  static Optional<GeneralPrompts> generalPrompts(Path home) {
    Path file = home.resolve("eval-suites").resolve("general").resolve("prompts.jsonl");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> chats = GeneralPromptReader.read(file).stream().map(GeneralPrompt::chat).toList();
    return Optional.of(chats)
        .filter(all -> all.size() >= GeneralPrompts.LEAST)
        .map(all -> new GeneralPrompts(all, CacheFolder.fromEnvironment().resolve("general")));
  }

  static PromptModel promptModel(RemoteModels remote, RemoteModelSpec spec) {
    return new PromptModel(
        remote.ref(spec), spec.provider() + ":" + spec.model(), () -> remote.open(spec));
  }

  private static Machine machine(Map<String, String> environment) {
    String name = environment.getOrDefault("TUNEWORTHY_HARDWARE", "");
    return name.isBlank() ? Machine.here() : Machine.here().called(name.strip());
  }
}
