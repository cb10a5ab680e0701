package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.DropPart;
import dev.tuneworthy.decision.DecisionRecord.MitigationTry;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.retention.Tally;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What came of the mitigate rung: the Pareto front of task quality against retention, each means
 * against plain shrinkage at matched task quality, and which one carried. A means that loses as
 * much as shrinkage does where shrinkage has the same quality has shown nothing.
 */
final class MitigationWords {
  private final List<MitigationTried> tried;

  MitigationWords(List<MitigationTried> tried) {
    this.tried = List.copyOf(tried);
  }

  List<MitigationTry> parts() {
    return tried.stream().map(this::part).toList();
  }

  private MitigationTry part(MitigationTried one) {
    return new MitigationTry(
        one.tuned().candidate().id(),
        one.means().label(),
        one.quality(),
        drop(one.drops().choose()),
        drop(one.drops().generate()),
        one.means().shrinks() ? Optional.empty() : shrinkageAt(one.quality()),
        onFront(one),
        one.gate());
  }

  private static DropPart drop(Tally tally) {
    return new DropPart(tally.n(), tally.lost(), tally.gained(), tally.drop());
  }

  /** Nobody is at least as good in both and better in one. */
  private boolean onFront(MitigationTried one) {
    return tried.stream()
        .noneMatch(
            other ->
                other.quality() >= one.quality()
                    && other.drops().worst() <= one.drops().worst()
                    && (other.quality() > one.quality()
                        || other.drops().worst() < one.drops().worst()));
  }

  /**
   * The worse drop of plain shrinkage where it has a quality, on the straight line between the
   * nearest shrunk candidates on both sides; the least of those that have exactly that quality.
   */
  Optional<Double> shrinkageAt(double quality) {
    List<MitigationTried> shrunk = tried.stream().filter(one -> one.means().shrinks()).toList();
    Comparator<MitigationTried> byQuality = Comparator.comparingDouble(MitigationTried::quality);
    Comparator<MitigationTried> byDrop = Comparator.comparingDouble(one -> one.drops().worst());
    Optional<MitigationTried> below =
        shrunk.stream()
            .filter(one -> one.quality() <= quality)
            .max(byQuality.thenComparing(byDrop.reversed()));
    Optional<MitigationTried> above =
        shrunk.stream()
            .filter(one -> one.quality() >= quality)
            .min(byQuality.thenComparing(byDrop));
    if (below.isEmpty() || above.isEmpty()) {
      return Optional.empty();
    }
    double low = below.get().quality();
    double high = above.get().quality();
    double at = high > low ? (quality - low) / (high - low) : 0;
    return Optional.of((1 - at) * below.get().drops().worst() + at * above.get().drops().worst());
  }

  /** A sentence or two on what carried. */
  String carried(Optional<String> kept) {
    if (tried.isEmpty()) {
      return "Nothing was tried.";
    }
    return kept.flatMap(this::find).map(this::praised).orElseGet(this::nothing);
  }

  private Optional<MitigationTried> find(String id) {
    return tried.stream().filter(one -> one.tuned().candidate().id().equals(id)).findFirst();
  }

  private String praised(MitigationTried kept) {
    boolean open = kept.gate().equals(GateStatus.UNKNOWN.name());
    String what =
        String.format(
            Locale.ROOT,
            "%s %s: %s %s, with %.1f %% on dev where the plain adapter has %.1f %%.",
            capital(kept.means().label()),
            open ? "came closest" : "carried",
            kept.tuned().candidate().id(),
            open ? "leaves the retention gate open" : "passes the retention gate",
            100 * kept.quality(),
            100 * tried.get(0).quality());
    return what + " " + compared(kept);
  }

  private String compared(MitigationTried kept) {
    if (kept.means().shrinks()) {
      return "It only moves the weights less; nothing more was needed.";
    }
    return shrinkageAt(kept.quality())
        .map(
            drop ->
                String.format(
                    Locale.ROOT,
                    "Plain shrinkage at the same quality loses about %.1f points of retention-dev"
                        + " where this loses %.1f%s.",
                    100 * drop,
                    100 * kept.drops().worst(),
                    drop > kept.drops().worst() ? "" : ", so shrinking would have done as well"))
        .orElse("Plain shrinkage has no candidate near that quality to compare with.");
  }

  private String nothing() {
    MitigationTried least =
        tried.stream().min(Comparator.comparingDouble(one -> one.drops().worst())).orElseThrow();
    return String.format(
        Locale.ROOT,
        "Nothing carried: of %d candidates none passes the retention gate. %s forgets least, %.1f"
            + " points of retention-dev, with %.1f %% on dev.",
        tried.size(),
        least.tuned().candidate().id(),
        100 * least.drops().worst(),
        100 * least.quality());
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
