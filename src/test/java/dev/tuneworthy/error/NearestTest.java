package dev.tuneworthy.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("name", "choices", "examples", "metric");

  @Test
  void findsTheNameThatWasMistyped() {
    assertThat(Nearest.to("choises", KNOWN)).contains("choices");
    assertThat(Nearest.to("Exmaples", KNOWN)).contains("examples");
    assertThat(Nearest.to("metirc", KNOWN)).contains("metric");
  }

  @Test
  void countsASwapOfNeighboursAsOneEdit() {
    assertThat(Nearest.distance("abcd", "abdc")).isEqualTo(1);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
  }

  @Test
  void isEmptyWhereNothingIsKnown() {
    assertThat(Nearest.to("name", List.of())).isEmpty();
  }

  @Test
  void namesTheNearestAndThenAllKnown() {
    assertThat(Nearest.remedy("nmae", KNOWN))
        .isEqualTo("Did you mean 'name'? Known: choices, examples, metric, name.");
  }

  @Test
  void costsLittleForAHostileName() {
    assertThat(Nearest.to("x".repeat(10_000_000), KNOWN)).isPresent();
  }
}
