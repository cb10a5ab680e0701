package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.task.Example;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DevOrderTest {
  @Test
  void screensOnEverySecondExampleInRandomOrder() {
    List<Example> dev = dev(64);
    DevOrder order = DevOrder.of(dev, 1);
    assertThat(order.half()).isEqualTo(32);
    assertThat(order.first(32)).allMatch(example -> dev.indexOf(example) % 2 == 0);
    assertThat(order.examples()).containsExactlyInAnyOrderElementsOf(dev);
    assertThat(order.first(32))
        .isNotEqualTo(dev.stream().filter(e -> dev.indexOf(e) % 2 == 0).toList());
    assertThat(DevOrder.of(dev, 1)).isEqualTo(order);
    assertThat(DevOrder.of(dev, 2)).isNotEqualTo(order);
  }

  @Test
  void looksAFewTimesAndAlwaysAtTheEnd() {
    DevOrder order = DevOrder.of(dev(300), 1);
    assertThat(order.screening(AnswerMode.GENERATE)).containsExactly(38, 76, 114, 150);
    assertThat(order.screening(AnswerMode.CHOOSE)).containsExactly(150);
    assertThat(order.finals()).containsExactly(188, 226, 264, 300);
    assertThat(DevOrder.of(dev(64), 1).finals()).containsExactly(48, 64);
  }

  @Test
  void doesNotHalveWhatIsSmall() {
    DevOrder order = DevOrder.of(dev(19), 1);
    assertThat(order.half()).isEqualTo(19);
    assertThat(order.finals()).isEmpty();
  }

  private static List<Example> dev(int n) {
    return IntStream.range(0, n).mapToObj(i -> Example.of("dev-" + i, "i" + i, "a")).toList();
  }
}
