package dev.tuneworthy.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tuneworthy.cost.TokenPrice;
import dev.tuneworthy.policy.PriceCheck.Row;
import dev.tuneworthy.policy.PriceCheck.State;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceCheckTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 30);
  private static final Policy PLAIN =
      PolicyReader.parse(
          "{name: p, traffic: {requestsPerMonth: 10}, quality: {minimum: 0.5}, prices: {models:"
              + " {own: {hourly: 0.9}, sold: {}, going: {endOfLife: 2027-02-01},"
              + " gone: {endOfLife: 2026-11-30}, unlisted: {}}}}",
          "p.yaml");

  @Test
  void looksAtEveryModelThatThePolicyNames() {
    List<Row> rows = check(listed(Optional.of(TODAY.minusDays(90))), List.of());

    assertThat(rows)
        .extracting(Row::what, Row::state)
        .containsExactly(
            tuple("price list", State.OK),
            tuple("own", State.OK),
            tuple("going", State.OK),
            tuple("gone", State.ENDED),
            tuple("sold", State.OK),
            tuple("unlisted", State.MISSING));
    assertThat(rows.get(2).found()).contains("sold until 2027-02-01, in the horizon");
    assertThat(rows.get(4).found()).isEqualTo("cached 0.1, in 0.4, out 1.6 USD a million tokens");
  }

  @Test
  void looksAtFurtherModelsUnderTheirNameOrThatWithTheProvider() {
    List<Row> rows =
        check(listed(Optional.of(TODAY)), List.of("openai:sold", "openai:beside", "openai:none"));

    assertThat(rows)
        .filteredOn(row -> row.what().startsWith("openai:"))
        .extracting(Row::state)
        .containsExactly(State.MISSING, State.OK, State.OK);
  }

  @ParameterizedTest
  @CsvSource({"2026-08-31, STALE", "2026-09-01, OK", "2026-12-01, UNDATED"})
  void tellsAListThatIsOlderThanAskedFor(LocalDate asOf, State expected) {
    assertThat(check(listed(Optional.of(asOf)), List.of()).get(0).state()).isEqualTo(expected);
  }

  @Test
  void tellsAListWithoutADate() {
    assertThat(check(listed(Optional.empty()), List.of()).get(0).state()).isEqualTo(State.UNDATED);
  }

  private static List<Row> check(PriceList list, List<String> further) {
    Policy policy = PolicyContent.with(PLAIN, PLAIN.traffic(), PLAIN.prices().with(list));
    return PriceCheck.of(policy, further, TODAY, 90);
  }

  private static PriceList listed(Optional<LocalDate> asOf) {
    TokenPrice price =
        new TokenPrice(
            new BigDecimal("0.0000004"),
            new BigDecimal("0.0000016"),
            Optional.of(new BigDecimal("1e-07")));
    return new PriceList(
        Map.of("sold", price, "going", price, "gone", price, "openai/none", price), Map.of(), asOf);
  }
}
