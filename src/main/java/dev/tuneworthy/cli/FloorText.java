package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRecord.CapabilityPart;
import dev.tuneworthy.decision.DecisionRecord.RetentionModePart;
import dev.tuneworthy.retention.FlipFloor;
import dev.tuneworthy.retention.Tally;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says of each drop whether it lies inside the flip floor. */
final class FloorText {
  private FloorText() {}

  static String of(FlipFloor floor, List<RetentionModePart> modes) {
    return floor.modes().stream()
        .flatMap(
            mode ->
                modes.stream()
                    .filter(part -> part.mode().equals(mode.mode().label()))
                    .map(part -> line(floor.scale(), mode, part)))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String line(double scale, FlipFloor.Mode floor, RetentionModePart part) {
    Tally flips = floor.tally();
    String beyond =
        part.capabilities().stream()
            .filter(capability -> beyond(floor, capability))
            .map(capability -> capability.name() + " (" + points(drop(capability)) + ")")
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "Flip floor, %s: %d lost, %d gained of %d with the adapter at scale %s, which reaches a"
            + " drop of %s. The drop of %s lies %s.%s",
        part.mode(),
        flips.lost(),
        flips.gained(),
        flips.n(),
        scale,
        points(floor.reach(part.pooled().n())),
        points(drop(part.pooled())),
        beyond(floor, part.pooled()) ? "beyond it" : "inside it and may be noise",
        beyond.isEmpty() ? "" : " Beyond it by capability: " + beyond + ".");
  }

  private static boolean beyond(FlipFloor.Mode floor, CapabilityPart part) {
    return drop(part) > floor.reach(part.n());
  }

  private static double drop(CapabilityPart part) {
    return part.before() - part.after();
  }

  private static String points(double share) {
    return String.format(Locale.ROOT, "%.1f points", 100 * share);
  }
}
