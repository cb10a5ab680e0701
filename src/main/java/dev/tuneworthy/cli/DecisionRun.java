package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.decision.SpentSoFar;
import dev.tuneworthy.decision.TestLedger;
import java.nio.file.Path;

/** Decides and shows the outcome; what {@code decide} and {@code demo} have in common. */
final class DecisionRun {
  private final Workshop workshop;
  private final Console console;

  DecisionRun(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  /**
   * Decides into a folder and prints what came of it.
   *
   * @param again the command that goes on after an interruption
   * @return the exit code
   */
  int run(DecisionRequest request, Path folder, boolean json, String again) {
    DecisionRecord decision;
    try {
      decision =
          Interruption.guard(
              console, again, progress -> workshop.decider().decide(request, folder, progress));
    } catch (RuntimeException e) {
      SpentSoFar.in(folder).map(SpentSoFar::sentence).ifPresent(console.err()::println);
      throw e;
    }
    decision.warnings().stream()
        .filter(warning -> warning.startsWith(TestLedger.WARNING))
        .forEach(console.err()::println);
    if (json) {
      console.result(workshop.folders().json(decision));
    } else {
      console.result(VerdictText.of(decision));
      console.result("");
      console.result("The report is " + folder.resolve("report.html"));
    }
    return ExitCodes.of(decision.verdict());
  }
}
