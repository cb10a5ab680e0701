package dev.tuneworthy.prompting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarginalRelevanceTest {
  /** Item 1 says nearly what item 0 says, item 2 something else. */
  private static final double[] RELEVANCE = {0.9, 0.85, 0.6, 0.1};

  private static final double[][] ALIKE = {
    {1.0, 0.95, 0.2, 0.0}, {0.95, 1.0, 0.3, 0.0}, {0.2, 0.3, 1.0, 0.1}, {0.0, 0.0, 0.1, 1.0}
  };

  private static double alike(int one, int other) {
    return ALIKE[one][other];
  }

  /** Second: .5·.85 − .5·.95 = −.05 against .5·.6 − .5·.2 = .2 and .5·.1 = .05. */
  @Test
  void takesWhatIsRelevantAndNew() {
    assertThat(MarginalRelevance.choose(RELEVANCE, MarginalRelevanceTest::alike, 0.5, 4))
        .containsExactly(0, 2, 3, 1);
  }

  @Test
  void isPlainRelevanceWithLambdaOne() {
    assertThat(MarginalRelevance.choose(RELEVANCE, MarginalRelevanceTest::alike, 1, 3))
        .containsExactly(0, 1, 2);
  }

  @Test
  void startsWithTheMostRelevantEvenWhereOnlyDifferenceCounts() {
    assertThat(MarginalRelevance.choose(RELEVANCE, MarginalRelevanceTest::alike, 0, 2))
        .containsExactly(0, 3);
  }

  @Test
  void leavesOutWhatMustNotBeTakenAndEndsWhereNothingIsLeft() {
    double[] some = {0.9, Double.NEGATIVE_INFINITY, 0.6, 0.6};
    assertThat(MarginalRelevance.choose(some, (a, b) -> 0, 0.5, 9)).containsExactly(0, 2, 3);
  }

  @Test
  void comparesWithEveryItemTakenBefore() {
    double[] relevance = {0.9, 0.8, 0.8};
    // Item 2 is like item 0 only; item 1 is like nothing. Taken last, 2 must not be forgotten.
    assertThat(
            MarginalRelevance.choose(relevance, (a, b) -> a + b == 2 && a != b ? 0.9 : 0.0, 0.5, 2))
        .containsExactly(0, 1);
  }
}
