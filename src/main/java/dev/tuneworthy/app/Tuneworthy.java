package dev.tuneworthy.app;

import dev.tuneworthy.cli.Cli;
import dev.tuneworthy.cli.Console;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The program. A command runs as plain Java, so it starts at once, opens no port and no database;
 * only {@code serve} starts the container.
 */
@QuarkusMain
public final class Tuneworthy {
  private Tuneworthy() {}

  public static void main(String... arguments) {
    String home =
        Optional.ofNullable(System.getProperty("tuneworthy.home"))
            .or(() -> Optional.ofNullable(System.getenv("TUNEWORTHY_HOME")))
            .filter(value -> !value.isBlank())
            .orElse("");
    Console console =
        new Console(
            utf8(FileDescriptor.out),
            utf8(FileDescriptor.err),
            Boolean.getBoolean("tuneworthy.terminal"),
            Math.max(20, Integer.getInteger("tuneworthy.columns", 80)),
            System::nanoTime);
    Cli cli =
        new Cli(new StandardWorkshop(Path.of(home).toAbsolutePath(), System.getenv()), console);
    System.exit(cli.run(List.of(arguments)));
  }

  private static PrintStream utf8(FileDescriptor stream) {
    return new PrintStream(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
  }
}
