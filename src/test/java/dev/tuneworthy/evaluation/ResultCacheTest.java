package dev.tuneworthy.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultCacheTest {
  private static final Decoding GREEDY = Decoding.greedy(16);

  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();

  @Test
  void givesBackWhatAnEarlierRunPut() {
    Answer.Given answer =
        new Answer.Given("déjà \"vu\"\n", List.of(-1.25, -0.1), new TokenUsage(3, 2, 1));
    try (ResultCache cache = open()) {
      cache.put(key("a"), answer);
    }
    try (ResultCache cache = open()) {
      assertThat(cache.find(key("a"))).contains(answer);
      assertThat(cache.find(key("b"))).isEmpty();
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void doesNotKeepFailures() {
    try (ResultCache cache = open()) {
      cache.put(key("a"), new Answer.Missing("timed out", TokenUsage.NONE));
      assertThat(cache.find(key("a"))).isEmpty();
    }
  }

  @Test
  void doesNotKeepLikelihoodsThatAreNotFinite() {
    try (ResultCache cache = open()) {
      cache.put(key("a"), FakeAnswerer.given("x", Double.NaN, -1.0));
      assertThat(cache.find(key("a"))).isEmpty();
    }
  }

  @Test
  void dropsALastLineThatAKillCutShortAndGoesOn() throws IOException {
    try (ResultCache cache = open()) {
      cache.put(key("a"), FakeAnswerer.given("one"));
      cache.put(key("b"), FakeAnswerer.given("two"));
    }
    Path file = folder.resolve(ResultCache.FILE);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 7));
    try (ResultCache cache = open()) {
      assertThat(warnings).singleElement().asString().contains("cut short");
      assertThat(cache.find(key("a"))).contains((Answer.Given) FakeAnswerer.given("one"));
      assertThat(cache.find(key("b"))).isEmpty();
      cache.put(key("b"), FakeAnswerer.given("again"));
    }
    try (ResultCache cache = open()) {
      assertThat(cache.find(key("b"))).contains((Answer.Given) FakeAnswerer.given("again"));
      assertThat(cache.size()).isEqualTo(2);
    }
  }

  @Test
  void survivesACutAtEveryByteOfTheLastLine() throws IOException {
    try (ResultCache cache = open()) {
      cache.put(key("a"), FakeAnswerer.given("one"));
      cache.put(key("b"), FakeAnswerer.given("zwei – ü"));
    }
    Path file = folder.resolve(ResultCache.FILE);
    byte[] whole = Files.readAllBytes(file);
    int firstLine = Files.readAllLines(file).get(0).length() + 1;
    for (int cut = firstLine; cut < whole.length; cut++) {
      Files.write(file, java.util.Arrays.copyOf(whole, cut));
      try (ResultCache cache = open()) {
        assertThat(cache.find(key("a"))).as("cut at %d", cut).isPresent();
        assertThat(cache.find(key("b"))).as("cut at %d", cut).isEmpty();
      }
      assertThat(Files.size(file)).isEqualTo(firstLine);
    }
  }

  @Test
  void skipsDamagedLinesWithAWarningAndKeepsTheRest() throws IOException {
    try (ResultCache cache = open()) {
      cache.put(key("a"), FakeAnswerer.given("one"));
    }
    Path file = folder.resolve(ResultCache.FILE);
    Files.writeString(file, "\0\0\0 nonsense\n", StandardOpenOption.APPEND);
    Files.writeString(
        file, "{\"key\":\"" + key("b") + "\",\"text\": not json}\n", StandardOpenOption.APPEND);
    try (ResultCache cache = open()) {
      cache.put(key("c"), FakeAnswerer.given("three"));
      assertThat(cache.find(key("a"))).isPresent();
      assertThat(cache.find(key("b"))).isEmpty();
      assertThat(cache.find(key("c"))).isPresent();
    }
    assertThat(warnings).hasSize(2).allSatisfy(w -> assertThat(w).contains("damaged"));
  }

  @Test
  void refusesAFolderThatAnotherRunHolds() {
    try (ResultCache cache = open()) {
      assertThat(cache.size()).isZero();
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT))
          .hasMessageContaining("running process")
          .hasMessageContaining(folder.toString());
    }
    open().close(); // free again
  }

  @Test
  void saysThatTheDiskIsAtFaultWhenTheFolderCannotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> ResultCache.open(file, warnings::add))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK));
  }

  @Test
  void keysDependOnContentAndNotOnTheItemsId() {
    Question question = Question.chat("1", List.of(Turn.user("hi")), List.of("a", "b"));
    Question otherId = Question.chat("2", List.of(Turn.user("hi")), List.of("a", "b"));
    Question otherChoices = Question.chat("1", List.of(Turn.user("hi")), List.of("b", "a"));
    Question otherRole = Question.chat("1", List.of(Turn.system("hi")), List.of("a", "b"));
    Question asText = Question.continuation("1", "hi", List.of("a", "b"));
    String key = ResultCache.key("f", question, AnswerMode.CHOOSE, GREEDY);
    assertThat(ResultCache.key("f", otherId, AnswerMode.CHOOSE, GREEDY)).isEqualTo(key);
    assertThat(
            List.of(
                ResultCache.key("g", question, AnswerMode.CHOOSE, GREEDY),
                ResultCache.key("f", otherChoices, AnswerMode.CHOOSE, GREEDY),
                ResultCache.key("f", otherRole, AnswerMode.CHOOSE, GREEDY),
                ResultCache.key("f", asText, AnswerMode.CHOOSE, GREEDY),
                ResultCache.key("f", question, AnswerMode.GENERATE, GREEDY)))
        .doesNotContain(key)
        .doesNotHaveDuplicates();
  }

  @Test
  void decodingCountsWhereTextIsGeneratedOnly() {
    Question question = Question.chat("1", List.of(Turn.user("hi")), List.of());
    Decoding sampled = new Decoding(16, 0.7, 1);
    Decoding otherSeed = new Decoding(16, 0.7, 2);
    assertThat(ResultCache.key("f", question, AnswerMode.GENERATE, sampled))
        .isNotEqualTo(ResultCache.key("f", question, AnswerMode.GENERATE, otherSeed));
    assertThat(ResultCache.key("f", question, AnswerMode.GENERATE, new Decoding(16, 0, 1)))
        .isEqualTo(ResultCache.key("f", question, AnswerMode.GENERATE, new Decoding(16, 0, 2)));
    assertThat(ResultCache.key("f", question, AnswerMode.CHOOSE, sampled))
        .isEqualTo(ResultCache.key("f", question, AnswerMode.CHOOSE, otherSeed));
  }

  private ResultCache open() {
    return ResultCache.open(folder, warnings::add);
  }

  private static String key(String text) {
    return new ContentHash().add(text).hex();
  }
}
