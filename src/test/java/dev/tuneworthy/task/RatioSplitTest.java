package dev.tuneworthy.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RatioSplitTest {
  private static final Map<Split, Double> SHARES =
      Map.of(Split.TRAIN, 0.6, Split.DEV, 0.2, Split.TEST, 0.2);

  @Test
  void givesEachSplitItsShareOfEveryAnswer() {
    List<RawExample> examples = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      examples.add(example(i, "text " + i, "class " + i % 15, Optional.empty()));
    }
    for (long seed = 0; seed < 20; seed++) {
      Map<Split, List<RawExample>> splits = RatioSplit.deal(examples, SHARES, seed);

      assertThat(splits.get(Split.TRAIN)).hasSize(180);
      for (int c = 0; c < 15; c++) {
        String answer = "class " + c;
        assertThat(
                splits.get(Split.TRAIN).stream().filter(e -> e.expected().equals(answer)).count())
            .isBetween(11L, 13L);
        assertThat(splits.get(Split.TEST).stream().filter(e -> e.expected().equals(answer)).count())
            .isBetween(3L, 5L);
      }
    }
  }

  @Test
  void keepsAGroupAndEqualExamplesTogether() {
    List<RawExample> examples = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      examples.add(example(i, "text " + i, "a", Optional.of("group " + i / 6)));
      examples.add(
          example(100 + i, (i % 2 == 0 ? "same " : "SAME  ") + i / 2, "b", Optional.empty()));
    }

    Map<Split, List<RawExample>> splits = RatioSplit.deal(examples, SHARES, 3);

    for (int g = 0; g < 10; g++) {
      Optional<String> group = Optional.of("group " + g);
      assertThat(
              splits.values().stream()
                  .filter(s -> s.stream().anyMatch(e -> e.group().equals(group))))
          .hasSize(1);
    }
    assertThat(splits.values().stream().flatMap(s -> s.stream().map(RawExample::key).distinct()))
        .as("no text is in two splits")
        .doesNotHaveDuplicates();
  }

  private static RawExample example(int at, String input, String expected, Optional<String> group) {
    return new RawExample(
        "all.jsonl:" + at, Optional.empty(), group, Optional.empty(), List.of(), input, expected);
  }
}
