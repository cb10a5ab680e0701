package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.decision.MachineSpeed.Timed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineSpeedTest {
  private static final Work.Length SHORT = new Work.Length(50, 20);
  private static final Work.Length LONG = new Work.Length(800, 20);

  @Test
  void findsTheSpeedThatTheTimesWereMadeFrom() {
    MachineSpeed truth = speed(0.02, 0.0015, 1e-7, 0.0004, 1e-5);
    List<Timed> timed =
        List.of(
                Work.prefix(50).plus(Work.choosing(32, SHORT, 2)),
                Work.prefix(50).plus(Work.choosingSingly(10, SHORT, 2)),
                Work.prefix(50).plus(Work.choosing(32, SHORT, 45)),
                Work.prefix(800).plus(Work.choosing(24, LONG, 2)),
                Work.prefix(2000).plus(Work.choosing(8, new Work.Length(2000, 20), 2)),
                Work.generating(32, SHORT, 20, 24),
                Work.generatingSingly(2, SHORT, 24))
            .stream()
            .map(work -> new Timed(work, truth.seconds(work)))
            .toList();

    double[] units = MachineSpeed.fit(timed);

    MachineSpeed found = speed(units[0], units[1], units[2], units[3], units[4]);
    for (Timed one : timed) {
      assertThat(found.seconds(one.work())).isCloseTo(one.seconds(), within(0.02 * one.seconds()));
    }
    Work unseen = Work.prefix(400).plus(Work.choosing(100, new Work.Length(400, 30), 16));
    assertThat(found.seconds(unseen))
        .isCloseTo(truth.seconds(unseen), within(0.05 * truth.seconds(unseen)));
  }

  @Test
  void neverFindsATimeBelowNought() {
    List<Timed> contradictory =
        List.of(
            new Timed(new Work(1, 100, 0, 0, 0), 1),
            new Timed(new Work(1, 200, 0, 0, 0), 0.5),
            new Timed(new Work(5, 100, 0, 0, 0), 1));
    assertThat(Arrays.stream(MachineSpeed.fit(contradictory))).allMatch(unit -> unit >= 0);
  }

  @Test
  void chargesForReadingTheWeightsOnceAPass() {
    double together = Work.choosing(32, SHORT, 2).passes();
    double singly = Work.choosingSingly(32, SHORT, 2).passes();
    assertThat(together).isLessThan(3);
    assertThat(singly).isEqualTo(32);
  }

  @Test
  void manyChoicesLeaveRoomForFewQuestionsInAPass() {
    // 128 rows of the vocabulary a pass: 31 a question, 4 questions a pass
    assertThat(Work.choosing(32, SHORT, 30).passes()).isCloseTo(8, within(0.3));
  }

  @Test
  void refusesANegativeSpeed() {
    assertThatThrownBy(() -> speed(-1, 0, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  static MachineSpeed speed(double pass, double row, double attended, double head, double text) {
    return new MachineSpeed(pass, row, attended, head, text, 1.1, 0.1, 2, 0.1, 0.002, 0, 0);
  }
}
