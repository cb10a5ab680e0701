package dev.tuneworthy.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BreakEvenTest {
  private static final ApproachCost BY_TOKEN =
      new ApproachCost(new Serving.ByToken(Money.of("0.001")), Cost.zero());

  @Test
  void findsTheVolumeFromWhichOwnHardwareIsCheaper() {
    // 657 a month and 1,200 once over 12 months: 757 a month; at 0.001 a request 757,000 requests.
    BreakEven found = BreakEven.between("own", own("0.90", 1000, "1200"), "api", BY_TOKEN, 12);

    assertThat(found).isEqualTo(new BreakEven.At(757_001, true, false));
  }

  @Test
  void isTheSameFromTheOtherSide() {
    BreakEven found = BreakEven.between("api", BY_TOKEN, "own", own("0.90", 1000, "1200"), 12);

    assertThat(found).isEqualTo(new BreakEven.At(757_001, false, false));
  }

  @Test
  void saysThatAddedReplicasChangeTheOrderAgain() {
    // A replica carries 657,000 requests a month at 0.25 a second: as much as it costs by the
    // token.
    BreakEven found = BreakEven.between("own", own("0.80", 0.5, "0"), "api", BY_TOKEN, 12);

    assertThat(found)
        .isInstanceOfSatisfying(
            BreakEven.At.class,
            at -> {
              assertThat(at.requestsPerMonth()).isEqualTo(584_001);
              assertThat(at.changesAgain()).isTrue();
            });
  }

  @Test
  void givesTheReasonWhereTheOrderNeverChanges() {
    ApproachCost dearer =
        new ApproachCost(new Serving.ByToken(Money.of("0.002")), Cost.of(Money.of("5")));

    assertThat(BreakEven.between("a", BY_TOKEN, "b", dearer, 12))
        .isEqualTo(new BreakEven.None("a is never the dearer one, whatever the volume"));
    assertThat(BreakEven.between("a", BY_TOKEN, "b", BY_TOKEN, 12))
        .isEqualTo(new BreakEven.None("a and b cost the same at every volume"));
  }

  @Test
  void givesTheReasonWhereAPriceIsUnknown() {
    ApproachCost unknown = new ApproachCost(new Serving.Unpriced("no price for m"), Cost.zero());

    assertThat(BreakEven.between("a", BY_TOKEN, "b", unknown, 12))
        .isEqualTo(new BreakEven.None("no price for m"));
  }

  private static ApproachCost own(String hourly, double requestsPerSecond, String once) {
    Hosting hosting = new Hosting(new BigDecimal(hourly), 0.5, 1, Optional.empty(), "");
    return new ApproachCost(
        new Serving.ByHour(hosting, requestsPerSecond), Cost.of(Money.of(once)));
  }
}
