package dev.tuneworthy.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Where sessions run: the provider that was chosen after trying, and the threads they may use. A
 * value; safe to share.
 *
 * @param provider {@code cpu} or {@code cuda}: what runs, not what was asked for
 * @param threads threads inside one operator on the CPU
 * @param fallbackReason why CUDA was passed over under {@link ProviderChoice#AUTO}, if it was
 */
public record Device(String provider, int threads, Optional<String> fallbackReason) {
  private static final OrtEnvironment ENVIRONMENT = EngineThread.environment();

  /**
   * Chooses by trying to load the provider.
   *
   * @throws ServiceException {@code PROVIDER_UNAVAILABLE} if CUDA is forced and does not load
   */
  public static Device choose(ProviderChoice choice, int threads) {
    if (choice == ProviderChoice.CPU) {
      return new Device("cpu", threads, Optional.empty());
    }
    Optional<String> obstacle = cudaObstacle();
    if (obstacle.isEmpty()) {
      return new Device("cuda", threads, Optional.empty());
    }
    if (choice == ProviderChoice.CUDA) {
      throw ServiceException.of(
          ErrorCode.PROVIDER_UNAVAILABLE,
          "execution provider cuda",
          "a CUDA provider that loads",
          obstacle.get(),
          "Build with -Pgpu on a machine with an NVIDIA driver, CUDA 12 and cuDNN 9, or set the"
              + " provider to auto or cpu.");
    }
    return new Device("cpu", threads, obstacle);
  }

  /** The version of ONNX Runtime in use. */
  public static String runtimeVersion() {
    return ENVIRONMENT.getVersion();
  }

  /**
   * Does some work of another library on ONNX Runtime where our own is done, and waits for it: on
   * the one thread that makes sessions and runs them.
   *
   * @param failure completes the sentence "ONNX Runtime: ..." if the work fails
   */
  public static <T> T onEngineThread(String failure, Callable<T> work) {
    return EngineThread.call(failure, work);
  }

  static OrtEnvironment environment() {
    return ENVIRONMENT;
  }

  OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    // Lengths change from run to run: a memory plan for one shape does not fit the next.
    options.setMemoryPatternOptimization(false);
    if (provider.equals("cuda")) {
      options.addCUDA();
    }
    return options;
  }

  private static Optional<String> cudaObstacle() {
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      return Optional.of("a build of ONNX Runtime without CUDA (profile gpu is off)");
    }
    return EngineThread.call("could not try CUDA", Device::tryCuda);
  }

  private static Optional<String> tryCuda() {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.addCUDA();
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
