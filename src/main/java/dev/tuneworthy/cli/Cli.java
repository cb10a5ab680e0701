package dev.tuneworthy.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/**
 * The command line as a whole: finds the command, runs it, and turns what comes of it into an exit
 * code. Results go to standard output, all else to standard error.
 */
public final class Cli {
  private final Console console;
  private final CommandLine root;

  public Cli(Workshop workshop, Console console) {
    this.console = console;
    CommandLine model =
        new CommandLine(new ModelCommand())
            .addSubcommand(new ModelCommand.ListModels(workshop, console))
            .addSubcommand(new ModelCommand.Pull(workshop, console));
    CommandLine adapter =
        new CommandLine(new AdapterCommand())
            .addSubcommand(new AdapterCommand.Export(workshop, console))
            .addSubcommand(new AdapterCommand.Merge(workshop, console));
    CommandLine suite =
        new CommandLine(new SuiteCommand())
            .addSubcommand(new SuiteCheckCommand(workshop, console))
            .addSubcommand(new SuiteExportCommand(workshop, console))
            .addSubcommand(new SuiteImportCommand(workshop, console));
    CommandLine prices =
        new CommandLine(new PricesCommand())
            .addSubcommand(new PricesCommand.Check(workshop, console));
    root =
        new CommandLine(new TuneworthyCommand())
            .addSubcommand(new DecideCommand(workshop, console))
            .addSubcommand(new ForecastCommand(workshop, console))
            .addSubcommand(new DemoCommand(workshop, console))
            .addSubcommand(new CheckCommand(workshop, console))
            .addSubcommand(new EvaluateCommand(workshop, console))
            .addSubcommand(new TuneCommand(workshop, console))
            .addSubcommand(new RetentionCommand(workshop, console))
            .addSubcommand(new ReportCommand(workshop, console))
            .addSubcommand(new RepriceCommand(workshop, console))
            .addSubcommand(new AskCommand(workshop, console))
            .addSubcommand(prices)
            .addSubcommand(adapter)
            .addSubcommand(suite)
            .addSubcommand(model)
            .addSubcommand(
                new CommandLine(new BenchCommand(workshop, console))
                    .addSubcommand(new BenchRetentionCommand(workshop, console))
                    .addSubcommand(new BenchDecisionCommand(workshop, console))
                    .addSubcommand(new BenchGateCommand(workshop, console)))
            .addSubcommand(new ServeCommand(workshop));
    root.getCommandSpec().version("tuneworthy " + version());
    root.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler((wrong, args) -> ErrorLine.print(console, wrong))
        .setExecutionExceptionHandler(
            (thrown, command, parsed) -> ErrorLine.print(console, thrown, verbose(command)));
  }

  /** Runs one command; returns its exit code. */
  public int run(List<String> arguments) {
    try {
      return root.execute(arguments.toArray(String[]::new));
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }

  private static boolean verbose(CommandLine command) {
    return command.getCommand() instanceof Command ours && ours.verbose();
  }

  private static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }
}
