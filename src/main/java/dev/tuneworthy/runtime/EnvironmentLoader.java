package dev.tuneworthy.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Loads ONNX Runtime on a thread with a large stack. Version 1.29 registers its operators in one
 * frame of several megabytes: on a thread with Java's default stack of 1 MiB the process dies by a
 * segmentation fault. A class of its own, since a static initializer must not wait for a thread
 * that needs the class it is initializing.
 */
final class EnvironmentLoader implements Callable<OrtEnvironment> {
  private static final long STACK_BYTES = 64L << 20;

  private EnvironmentLoader() {}

  static OrtEnvironment load() {
    FutureTask<OrtEnvironment> loading = new FutureTask<>(new EnvironmentLoader());
    new Thread(null, loading, "onnxruntime-loading", STACK_BYTES).start();
    try {
      return loading.get();
    } catch (ExecutionException e) {
      throw new ServiceException(
          ErrorCode.INTERNAL, "ONNX Runtime could not be loaded: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.CANCELLED, "interrupted while loading ONNX Runtime", e);
    }
  }

  @Override
  public OrtEnvironment call() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "tuneworthy");
  }
}
