package dev.tuneworthy.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The one thread on which ONNX Runtime is loaded, makes its sessions and runs. Two things of
 * version 1.29 ask for it: it registers its operators in a frame of several megabytes, which ends a
 * process by a segmentation fault on a thread with Java's default stack of 1 MiB; and its thread
 * pool crashes in a later run if the thread that loaded it has ended.
 */
final class EngineThread {
  private static final OrtLoggingLevel LEVEL = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
  private static final String NAME = "tuneworthy";
  private static final long STACK_BYTES = 64L << 20;

  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(null, work, "onnxruntime", STACK_BYTES);
            thread.setDaemon(true);
            return thread;
          });

  private EngineThread() {}

  /** Loads ONNX Runtime, once; later calls return the same environment. */
  static OrtEnvironment environment() {
    return call(
        "could not be loaded",
        () -> {
          OrtEnvironment environment = OrtEnvironment.getEnvironment(LEVEL, NAME);
          outliveTheShutdown();
          return environment;
        });
  }

  /**
   * Takes a second reference to the native environment, which nobody gives back. ONNX Runtime's
   * Java side gives back its own as soon as the process starts to end, while a step is still
   * running that a command or the service waits for; the environment would then be freed under it,
   * and the process end by a segmentation fault. The interface offers no other way to keep it.
   */
  private static void outliveTheShutdown() throws ReflectiveOperationException {
    Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
    Method refer =
        OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
    api.setAccessible(true);
    refer.setAccessible(true);
    refer.invoke(null, api.getLong(null), LEVEL.getValue(), NAME);
  }

  /**
   * Does some work on the thread and waits for it.
   *
   * @param failure completes the sentence "ONNX Runtime: ..." if the work fails
   */
  static <T> T call(String failure, Callable<T> work) {
    try {
      return THREAD.submit(work).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ServiceException known) {
        throw known;
      }
      throw failed(failure, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.CANCELLED, "interrupted while ONNX Runtime worked", e);
    }
  }

  static ServiceException failed(String failure, Throwable cause) {
    String why = cause instanceof OrtException ? cause.getMessage() : cause.toString();
    return new ServiceException(ErrorCode.INTERNAL, "ONNX Runtime: " + failure + ": " + why, cause);
  }
}
