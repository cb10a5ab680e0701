package dev.tuneworthy.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.cost.TokenUsage;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceOffsetsTest {
  private static final List<String> CHOICES = List.of("good", "bad");

  @Test
  void theyAreTheLogarithmOfTheMeanProbability() {
    ChoiceOffsets offsets =
        ChoiceOffsets.fit(
            List.of(
                given(Math.log(0.9 * 0.01), Math.log(0.1 * 0.01)),
                given(Math.log(0.7 * 0.5), Math.log(0.3 * 0.5))));
    assertThat(offsets.values().get(0)).isCloseTo(Math.log(0.8), within(1e-12));
    assertThat(offsets.values().get(1)).isCloseTo(Math.log(0.2), within(1e-12));
  }

  @Test
  void theyTurnAnAnswerThatOnlyTheBiasGave() {
    ChoiceOffsets offsets = ChoiceOffsets.fit(List.of(given(Math.log(0.9), Math.log(0.1))));
    Answer biased = given(Math.log(0.8), Math.log(0.2));
    Answer meant = given(Math.log(0.95), Math.log(0.05));
    assertThat(text(offsets.apply(biased, CHOICES))).isEqualTo("bad");
    assertThat(text(offsets.apply(meant, CHOICES))).isEqualTo("good");
    assertThat(((Answer.Given) offsets.apply(biased, CHOICES)).logLikelihoods())
        .isEqualTo(((Answer.Given) biased).logLikelihoods());
  }

  @Test
  void theProbabilitiesAreThoseAfterTheOffsetsAreTakenOff() {
    ChoiceOffsets offsets = ChoiceOffsets.fit(List.of(given(Math.log(0.9), Math.log(0.1))));
    Answer.Given answer = (Answer.Given) given(Math.log(0.9), Math.log(0.1));
    assertThat(offsets.probabilities(answer).get(0)).isCloseTo(0.5, within(1e-12));
    assertThat(ChoiceOffsets.NONE.probabilities(answer).get(0)).isCloseTo(0.9, within(1e-12));
  }

  @Test
  void aChoiceThatIsNeverLikelyGainsNoMoreThanABoundedBonus() {
    ChoiceOffsets offsets = ChoiceOffsets.fit(List.of(given(0, -1_000)));
    assertThat(offsets.values()).allMatch(Double::isFinite);
    assertThat(text(offsets.apply(given(0, -100), CHOICES))).isEqualTo("good");
  }

  @Test
  void failuresAreLeftOutAndWithoutAnyAnswerNothingChanges() {
    Answer failed = new Answer.Missing("no answer", TokenUsage.NONE);
    Answer one = given(Math.log(0.9), Math.log(0.1));
    assertThat(ChoiceOffsets.fit(List.of(failed, one))).isEqualTo(ChoiceOffsets.fit(List.of(one)));
    assertThat(ChoiceOffsets.fit(List.of(failed))).isEqualTo(ChoiceOffsets.NONE);
    assertThat(ChoiceOffsets.NONE.apply(one, CHOICES)).isEqualTo(one);
    assertThat(ChoiceOffsets.fit(List.of(one)).apply(failed, CHOICES)).isEqualTo(failed);
  }

  @Test
  void theyHaveToBeNumbers() {
    assertThatThrownBy(() -> new ChoiceOffsets(List.of(Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Answer given(double good, double bad) {
    return new Answer.Given(good >= bad ? "good" : "bad", List.of(good, bad), TokenUsage.NONE);
  }

  private static String text(Answer answer) {
    return ((Answer.Given) answer).text();
  }
}
