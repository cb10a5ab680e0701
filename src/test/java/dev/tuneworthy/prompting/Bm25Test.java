package dev.tuneworthy.prompting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class Bm25Test {
  /**
   * The example in the README of the Python package rank_bm25 (0.2), with its k1 and its scores.
   */
  @Test
  void scoresAsThePublishedExample() {
    Bm25 index =
        new Bm25(
            List.of(
                "Hello there good man!",
                "It is quite windy in London",
                "How is the weather today?"),
            1.5,
            0.75);
    double[] scores = index.scores("windy London");
    assertThat(scores[0]).isZero();
    assertThat(scores[1]).isCloseTo(0.93729472, within(1e-8));
    assertThat(scores[2]).isZero();
  }

  /** By hand: N = 4, n = 1, ln(3.5/1.5) = .847298; lengths 2, 4, 1, 1 with a mean of 2. */
  @Test
  void countsRepeatedWordsLessAndLongTextsLess() {
    Bm25 index = new Bm25(List.of("a b", "c c d e", "f", "g"));
    // tf = 2, norm = 1.2 · (0.25 + 0.75 · 4/2) = 2.1: .847298 · 2 · 2.2 / 4.1
    assertThat(index.scores("c")[1]).isCloseTo(0.909295, within(1e-6));
    // tf = 1: .847298 · 2.2 / 3.1
    assertThat(index.scores("D!")[1]).isCloseTo(0.601308, within(1e-6));
    // a text of the mean length: .847298 · 2.2 / 2.2
    assertThat(index.scores("b")[0]).isCloseTo(0.847298, within(1e-6));
  }

  @Test
  void aWordOfMostTextsCountsNeitherForNorAgainst() {
    Bm25 index = new Bm25(List.of("the cat", "the dog", "the bird", "a fish"));
    assertThat(index.scores("the")).containsOnly(0.0);
    assertThat(index.scores("the cat")[0]).isEqualTo(index.scores("cat")[0]).isPositive();
  }

  @Test
  void aWordThatIsAskedTwiceCountsOnce() {
    Bm25 index = new Bm25(List.of("cat", "dog", "bird"));
    assertThat(index.scores("cat CAT")).isEqualTo(index.scores("cat"));
  }

  @Test
  void nothingIsLikeNothing() {
    assertThat(new Bm25(List.of("", "?!", "cat")).scores("")).containsOnly(0.0);
    assertThat(new Bm25(List.of()).scores("cat")).isEmpty();
  }
}
