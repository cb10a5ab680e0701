package dev.tuneworthy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends a real process while ONNX Runtime works in it, as Ctrl-C and an orchestrator do. */
class EndOfProcessTest {
  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;

  @Test
  void aSignalInTheMiddleOfARunEndsTheProcessWithoutACrash() throws Exception {
    File messages = folder.resolve("messages").toFile();
    ProcessBuilder start =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:ErrorFile=" + folder.resolve("crash"),
            "-cp",
            System.getProperty("java.class.path"),
            Busy.class.getName());
    Process process = start.redirectError(messages).start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("busy");
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(messages).content(StandardCharsets.UTF_8).isEmpty();
    assertThat(folder.resolve("crash")).doesNotExist();
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
  }

  /**
   * Makes sessions and runs them again and again, also through the first moments of the process's
   * end.
   */
  static final class Busy {
    private static final int SIDE = 64;

    private Busy() {}

    public static void main(String... none) {
      GraphBuilder graph = new GraphBuilder();
      Tensor x = graph.input("x", DataType.FLOAT32, SIDE, SIDE);
      graph.output("y", graph.softmax(graph.matMul(x, x)));
      Device device = new Device("cpu", 2, Optional.empty());
      Runtime.getRuntime().addShutdownHook(new Thread(Busy::lingers));
      try (Weights weights = new Weights();
          NativeTensor value = NativeTensor.floats(new float[SIDE * SIDE], SIDE, SIDE)) {
        for (int round = 0; ; round++) {
          try (OnnxSession session = new OnnxSession(graph.build(), weights, device, Map.of())) {
            session.run(Map.of("x", value), Set.of("y")).values().forEach(NativeTensor::close);
          }
          if (round == 3) {
            System.out.println("busy");
          }
        }
      }
    }

    /** Gives the step under way some time to end, as commands and the service do. */
    private static void lingers() {
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
