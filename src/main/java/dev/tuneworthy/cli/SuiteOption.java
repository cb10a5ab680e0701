package dev.tuneworthy.cli;

import dev.tuneworthy.suite.BaselineSuite;
import java.util.List;
import picocli.CommandLine;

/** Which baseline suites a command asks. */
final class SuiteOption {
  @CommandLine.Option(
      names = "--suite",
      paramLabel = "SUITE",
      defaultValue = "baseline",
      description = "A baseline suite, by path or name; repeatable. Default: ${DEFAULT-VALUE}.")
  private List<String> names = List.of();

  List<BaselineSuite> read(Inputs inputs) {
    return inputs.suites(names);
  }
}
