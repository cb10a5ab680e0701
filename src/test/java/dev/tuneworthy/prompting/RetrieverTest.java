package dev.tuneworthy.prompting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Turn;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetrieverTest {
  private static final List<Example> POOL =
      List.of(
          Example.of("train-1", "Where is my parcel?", "track parcel"),
          Example.of("train-2", "I forgot the password to my account", "reset password"),
          Example.of("train-3", "My parcel is lost, where can it be?", "track parcel"),
          Example.of("train-4", "The lamp came broken", "report damage"),
          Example.of("train-5", "Please stop the order I placed", "cancel order"));

  @Test
  void showsTheNearestLast() {
    Retriever words = Retriever.over(POOL, Selection.NEAREST, 2);
    assertThat(words.choose(List.of(), "parcel lost"))
        .extracting(Example::id)
        .containsExactly("train-1", "train-3");
  }

  @Test
  void takesTheFirstOfThePoolWhereNothingIsNear() {
    Retriever words = Retriever.over(POOL, Selection.NEAREST, 3);
    assertThat(words.choose(List.of(), "xyz"))
        .extracting(Example::id)
        .containsExactly("train-3", "train-2", "train-1");
    assertThat(words.choose(List.of(), "xyz")).isEqualTo(words.choose(List.of(), "xyz"));
  }

  @Test
  void aTextNeverDemonstratesItself() {
    for (Selection how : Selection.values()) {
      if (how.perQuestion()) {
        Retriever chooser = Retriever.over(POOL, how, 5);
        assertThat(chooser.choose(List.of(), "The lamp came broken"))
            .as(how.label())
            .hasSize(4)
            .extracting(Example::id)
            .doesNotContain("train-4");
      }
    }
  }

  @Test
  void looksAtTheTurnsBeforeTheInputToo() {
    List<Example> pool =
        List.of(
            Example.of("a", "yes", "one"),
            Example.of("c", "yes", "one"),
            new Example("b", List.of(Turn.user("a broken lamp")), "yes", "two", Optional.empty()));
    Retriever words = Retriever.over(pool, Selection.NEAREST, 1);
    assertThat(words.choose(List.of(Turn.user("lamp")), "it is broken"))
        .extracting(Example::id)
        .containsExactly("b");
  }

  /** Vectors in the plane: near, near's twin, and something aside. */
  @Test
  void diverseDemonstrationsAreNotThreeTimesTheSame() {
    List<Example> pool =
        List.of(
            Example.of("near", "near", "x"),
            Example.of("twin", "twin", "x"),
            Example.of("aside", "aside", "y"));
    Retriever diverse = Retriever.over(pool, Selection.DIVERSE, 2, RetrieverTest::vector);
    Retriever nearest =
        Retriever.over(pool, Selection.NEAREST_EMBEDDINGS, 2, RetrieverTest::vector);
    assertThat(diverse.choose(List.of(), "asked"))
        .extracting(Example::id)
        .containsExactly("aside", "near");
    assertThat(nearest.choose(List.of(), "asked"))
        .extracting(Example::id)
        .containsExactly("twin", "near");
  }

  private static float[] vector(String text) {
    return switch (text) {
      case "asked" -> at(0);
      case "near" -> at(10);
      case "twin" -> at(12);
      default -> at(-40);
    };
  }

  private static float[] at(double degrees) {
    double angle = Math.toRadians(degrees);
    return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
  }

  @Test
  void theSentenceModelKnowsWhatWordsDoNot() {
    Retriever meaning = Retriever.over(POOL, Selection.NEAREST_EMBEDDINGS, 1);
    assertThat(meaning.choose(List.of(), "my login does not work any more"))
        .extracting(Example::id)
        .containsExactly("train-2");
  }

  @Test
  void itsVectorsHaveLengthOneAndThoseOfTheSameTextAreTheSame() {
    float[] vector = MiniLm.embed("This is an example sentence");
    double length = 0;
    for (float value : vector) {
      length += value * value;
    }
    assertThat(vector).hasSize(MiniLm.DIMENSIONS);
    assertThat(length).isCloseTo(1, within(1e-5));
    assertThat(MiniLm.embed(" This is an example sentence ")).containsExactly(vector);
    assertThat(MiniLm.embed("  ")).containsOnly(0f);
  }

  @Test
  void refusesASelectionThatDoesNotLookAtTheQuestion() {
    assertThatThrownBy(() -> Retriever.over(POOL, Selection.BALANCED, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("balanced");
    assertThatThrownBy(() -> new ShotPlan(4, Selection.NEAREST, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
