package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import java.util.List;
import java.util.stream.Stream;

/** What base and tuned model answered, item by item, in each mode that the suites have. */
public record RetentionMeasurement(List<Mode> modes) {
  public RetentionMeasurement {
    modes = List.copyOf(modes);
  }

  /** The same without the texts. */
  public RetentionCounts counts() {
    return new RetentionCounts(modes.stream().map(Mode::counts).toList());
  }

  /** One mode; capabilities without an item in it are absent. */
  public record Mode(AnswerMode mode, List<Capability> capabilities) {
    public Mode {
      capabilities = List.copyOf(capabilities);
    }

    RetentionCounts.Mode counts() {
      int unanswered = (int) items().filter(item -> !item.counts()).count();
      return new RetentionCounts.Mode(
          mode,
          capabilities.stream().map(Capability::tally).toList(),
          Pool.of(this).effect(),
          unanswered);
    }

    /** Every item that was asked, capability after capability. */
    public Stream<PairedItem> items() {
      return capabilities.stream().flatMap(c -> Stream.concat(c.test.stream(), c.drawn.stream()));
    }
  }

  /**
   * The items of one capability that were asked.
   *
   * @param chance share right of somebody who guesses
   * @param drawn items of the reserve, asked because the test items raised an alarm
   * @param reserve items that the reserve has, asked or not
   */
  public record Capability(
      String name, double chance, List<PairedItem> test, List<PairedItem> drawn, int reserve) {
    public Capability {
      test = List.copyOf(test);
      drawn = List.copyOf(drawn);
    }

    CapabilityTally tally() {
      List<PairedItem> asked = Stream.concat(test.stream(), drawn.stream()).toList();
      return new CapabilityTally(
          name, chance, Tally.of(test), Tally.of(drawn), reserve, Clusters.effect(asked));
    }
  }
}
