package dev.tuneworthy.app;

import dev.tuneworthy.checkpoint.ModelStore;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.checkpoint.ResolvedModel;
import dev.tuneworthy.decoder.Precision;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.runtime.ProviderChoice;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.tuning.TunedCandidate;
import java.nio.file.Path;
import java.util.Map;

/** The local engine as the commands see it. */
record OpenedModel(LocalModel model) implements dev.tuneworthy.cli.LocalModel {
  /** The environment variable that says how local models hold their weights. */
  static final String PRECISION = "TUNEWORTHY_PRECISION";

  /**
   * Fetches a model if need be and opens it where {@code TUNEWORTHY_PROVIDER} says.
   *
   * @param environment {@code TUNEWORTHY_THREADS} is the number of threads; all processors unless
   *     given
   */
  static OpenedModel open(String named, Map<String, String> environment, Progress progress) {
    return new OpenedModel(local(named, environment, progress));
  }

  static LocalModel local(String named, Map<String, String> environment, Progress progress) {
    ResolvedModel found = ModelStore.standard().resolve(named, new DownloadSteps(progress));
    return LocalModel.open(
        found.id(),
        found.path(),
        device(environment),
        precision(environment),
        trainingPrecision(environment));
  }

  /** Where local models run. */
  static Device device(Map<String, String> environment) {
    return Device.choose(
        ProviderChoice.parse(environment.getOrDefault("TUNEWORTHY_PROVIDER", "auto")),
        threads(environment));
  }

  /** How local models hold their weights: {@code TUNEWORTHY_PRECISION}, float32 unless given. */
  static Precision precision(Map<String, String> environment) {
    String given = environment.getOrDefault(PRECISION, "");
    return given.isBlank() ? Precision.FLOAT32 : Precision.parse(given.strip());
  }

  /**
   * The precision of trainings: {@code TUNEWORTHY_TRAINING_PRECISION}. Unless given, int8 on the
   * CPU, where it halves the time of a step and what it does to the tuned model is less than what
   * another seed does (README, "Precision").
   */
  static Precision trainingPrecision(Map<String, String> environment) {
    String given = environment.getOrDefault("TUNEWORTHY_TRAINING_PRECISION", "");
    if (!given.isBlank()) {
      return Precision.parse(given.strip());
    }
    return device(environment).provider().equals("cpu") ? Precision.INT8 : precision(environment);
  }

  private static int threads(Map<String, String> environment) {
    String given = environment.getOrDefault("TUNEWORTHY_THREADS", "");
    int processors = Runtime.getRuntime().availableProcessors();
    try {
      int threads = given.isBlank() ? processors : Integer.parseInt(given.strip());
      if (threads >= 1 && threads <= 1024) {
        return threads;
      }
    } catch (NumberFormatException e) {
      throw wrongThreads(given);
    }
    throw wrongThreads(given);
  }

  private static ServiceException wrongThreads(String given) {
    return ServiceException.of(
        ErrorCode.BAD_USAGE,
        "environment variable TUNEWORTHY_THREADS",
        "a number from 1 to 1024",
        "'" + given + "'",
        "Correct it or unset it.");
  }

  @Override
  public ModelRef ref() {
    return model.ref();
  }

  @Override
  public int countTokens(String text) {
    return model.text().text(text).length();
  }

  @Override
  public int contextLength() {
    return model.text().config().contextLength();
  }

  @Override
  public Answerer base() {
    return model.base();
  }

  @Override
  public Answerer tuned(Path adapter) {
    return model.tuned(PeftAdapter.read(adapter), 1);
  }

  @Override
  public Candidate candidate(Task task, Path adapter) {
    PeftAdapter read = PeftAdapter.read(adapter);
    return new TunedCandidate("lora(r=" + read.rank() + ")", model, read, 1, task);
  }

  @Override
  public void close() {
    model.close();
  }
}
