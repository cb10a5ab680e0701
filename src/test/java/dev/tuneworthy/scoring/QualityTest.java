package dev.tuneworthy.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Task;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QualityTest {
  @Test
  void averagesWhatWasScoredAndCountsFailuresApart() {
    Quality quality =
        Quality.of(
            task(Metric.ACCURACY),
            List.of(
                judged("a", "a"),
                judged("a", "b"),
                new Quality.Judged(Example.of("f", "i", "a"), "", new Outcome.Failed("timed out")),
                new Quality.Judged(Example.of("u", "i", "a"), "", new Outcome.Unscored("?"))));

    assertThat(quality.value()).contains(0.5);
    assertThat(quality.n()).isEqualTo(4);
    assertThat(quality.scored()).isEqualTo(2);
    assertThat(quality.failed()).isEqualTo(1);
  }

  @Test
  void hasNoValueWhereNothingWasScored() {
    assertThat(Quality.of(task(Metric.ACCURACY), List.of()).value()).isEmpty();
  }

  /** By hand: a 2 tp, 1 fn, 1 fp: 2/3; b 1 tp, 1 fp, 1 fn: 1/2; c 1 fn: 0. */
  @Test
  void averagesF1OverTheClasses() {
    Quality quality =
        Quality.of(
            task(Metric.F1_MACRO),
            List.of(
                judged("a", "a"),
                judged("a", "A."),
                judged("a", "b"),
                judged("b", "b"),
                judged("b", "a"),
                judged("c", "nonsense")));

    assertThat(quality.value().orElseThrow()).isCloseTo((2.0 / 3 + 0.5 + 0) / 3, within(1e-12));
  }

  private static Quality.Judged judged(String expected, String answer) {
    Example example = Example.of("e", "i", expected);
    return new Quality.Judged(
        example, answer, Scorers.forTask(task(Metric.ACCURACY)).score(example, answer));
  }

  private static Task task(Metric metric) {
    return new Task("t", "i", List.of("a", "b", "c"), Map.of(), metric, "00");
  }
}
