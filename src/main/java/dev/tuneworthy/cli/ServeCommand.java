package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import picocli.CommandLine;

@CommandLine.Command(
    name = "serve",
    description = "Run the service: REST interface, queue and web page.",
    footer = {
      "",
      "Data lie in ~/.local/share/tuneworthy, or where TUNEWORTHY_DATA says. On an address that",
      "others can reach, TUNEWORTHY_API_KEY has to hold a key of at least 16 characters.",
      "",
      "Examples:",
      "  tuneworthy serve",
      "  TUNEWORTHY_API_KEY=... tuneworthy serve --host 0.0.0.0 --port 9000"
    })
final class ServeCommand extends Command {
  private final Workshop workshop;

  @CommandLine.Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "The address to bind. Default: ${DEFAULT-VALUE}.")
  private String host = "";

  @CommandLine.Option(
      names = "--port",
      defaultValue = "8080",
      description = "The port; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  ServeCommand(Workshop workshop) {
    this.workshop = workshop;
  }

  @Override
  public Integer call() {
    if (port < 0 || port > 65535) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "--port",
          "a number from 0 to 65535",
          String.valueOf(port),
          "Choose another.");
    }
    return workshop.serve(host, port);
  }
}
