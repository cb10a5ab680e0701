package dev.tuneworthy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.Verdict;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends a real signal to a real process, as Ctrl-C does. */
class InterruptionTest {
  @TempDir Path folder;

  @Test
  void ctrlCLetsTheWorkKeepWhatIsFinishedAndSaysHowToGoOn() throws Exception {
    // A process that a script put into the background passes on that it does not hear Ctrl-C.
    boolean deaf = ignoresCtrlC();
    Path err = folder.resolve("err");
    Path kept = folder.resolve("kept");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Working.class.getName(),
                kept.toString())
            .redirectError(err.toFile())
            .start();
    try {
      awaitText(err, "tune · lora(r=8): 1/100");
      String signal = deaf ? "-TERM" : "-INT";
      new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start().waitFor();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(deaf ? 143 : 130);
    assertThat(kept).hasContent("finished");
    assertThat(Files.readString(err))
        .contains("Interrupted: finishing the step under way.")
        .contains("What is finished is kept. To go on: the same command.")
        .doesNotContain("\tat ");
  }

  /** Whether this process, and so its children, was told to ignore SIGINT (number 2). */
  private static boolean ignoresCtrlC() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  private static void awaitText(Path file, String text) throws IOException, InterruptedException {
    for (int i = 0;
        i < 600 && !Files.readString(file, StandardCharsets.UTF_8).contains(text);
        i++) {
      Thread.sleep(100);
    }
    assertThat(file).content(StandardCharsets.UTF_8).contains(text);
  }

  /** A command that works until it is told to stop, and then takes a moment to tidy up. */
  static final class Working {
    private Working() {}

    public static void main(String... arguments) {
      Console console = new Console(System.out, System.err, false, 80, System::nanoTime);
      Verdict ended =
          Interruption.guard(
              console, "the same command.", progress -> work(progress, Path.of(arguments[0])));
      System.exit(ExitCodes.of(ended));
    }

    private static Verdict work(Progress progress, Path kept) {
      try {
        for (int i = 1; i <= 100; i++) {
          progress.report(new Progress.Step("tune", "lora(r=8)", i, 100, 0));
          Thread.sleep(200);
        }
      } catch (ServiceException cancelled) {
        try {
          Thread.sleep(500);
          Files.writeString(kept, "finished");
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return Verdict.NEITHER;
    }
  }
}
