package dev.tuneworthy.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteLintTest {
  private static final String HEAD =
      "task: %s\ndataset_path: %s.jsonl\noutput_type: %s\nmetadata: {version: 1.0%s}\n";

  @TempDir Path folder;
  private final List<Shortcut> tallied = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private double pValue = 1;

  @BeforeEach
  void writeTheHead() throws IOException {
    head("multiple_choice", "");
  }

  @Test
  void findsNothingInGoodItems() throws IOException {
    choose("written", "Grass is", " green", " blue");
    choose("written", "A week has seven", " hours", " days");

    assertThat(refused()).isEmpty();
  }

  @Test
  void namesTheLineOfADuplicate() throws IOException {
    choose("written", "Grass is", " green", " blue");
    choose("written", "GRASS  is", " green", " pink");

    assertThat(refused()).containsExactly(Tuple.tuple("duplicate", "a.jsonl:2"));
    assertThat(run().get(0).message()).contains("i-1 (a.jsonl:1)");
  }

  @Test
  void sameContextWithAnotherAnswerIsAnotherQuestion() throws IOException {
    choose("written", "He doesn't", " like olives.", " likes olives.");
    choose("written", "He doesn't", " swim in winter.", " swims in winter.");

    assertThat(refused()).isEmpty();
  }

  @Test
  void namesTheLineOfANearDuplicate() throws IOException {
    choose("written", "A person who bakes bread for a living is called a", " baker", " king");
    choose("written", "A person who bakes bread for her living is called a", " baker", " nurse");

    assertThat(refused()).containsExactly(Tuple.tuple("near-duplicate", "a.jsonl:2"));
  }

  @Test
  void itemsOfOneFamilyMayShareTheirText() throws IOException {
    String passage = "Ben's parrot can say three words and says goodbye when the telephone rings. ";
    choose("parrot", passage + "Ben has a", " bird", " dog");
    choose("parrot", passage + "Ben has", " an animal", " no animal");
    assertThat(refused()).isEmpty();

    choose("other", passage + "Ben owns a", " bird", " cat");
    assertThat(refused()).containsExactly(Tuple.tuple("near-duplicate", "a.jsonl:3"));
  }

  @Test
  void namesAnAnswerThatStandsInTheContext() throws IOException {
    choose("written", "The green grass is", " green", " blue");
    choose("written", "Which is bigger, a mouse or a cow? The", " cow", " mouse");
    choose("written", "She went to the zoo to", " a", " b");

    assertThat(refused()).containsExactly(Tuple.tuple("leak", "a.jsonl:1"));
  }

  @Test
  void namesAMessageThatPassesAsItsAnswer() throws IOException {
    head("generate_until", "");
    generate("Say that the sky is blue.", "{\"containsAny\":[\"blue\"]}");
    generate("Why is the sea so salty?", "{\"containsAny\":[\"salty\"],\"notEcho\":true}");

    assertThat(refused()).containsExactly(Tuple.tuple("leak", "a.jsonl:1"));
  }

  @Test
  void aCapabilityMayShowItsAnswersByDesign() throws IOException {
    head("multiple_choice", ", answer_in_question: true");
    choose("written", "The code is red 12. Once more: the code is", " red 12", " blue 3");

    assertThat(refused()).isEmpty();
  }

  @Test
  void talliesRulesThatDoNotRead() throws IOException {
    choose("written", "Grass is", " green", " blue");
    choose("written", "Snow is", " white", " black");
    write();
    run();

    assertThat(tallied)
        .extracting(Shortcut::rule, Shortcut::hits, s -> s.chances().size())
        .containsExactly(
            Tuple.tuple("choose the longest", 1, 1),
            Tuple.tuple("choose the shortest", 0, 1),
            Tuple.tuple("choose number 1", 2, 2),
            Tuple.tuple("choose number 2", 0, 2));
    assertThat(tallied).extracting(Shortcut::chance).containsOnly(0.5);
  }

  @Test
  void refusesARuleThatIsNotAtChance() throws IOException {
    choose("written", "Grass is", " green", " blue");
    pValue = 0.01;

    assertThat(refused()).contains(Tuple.tuple("shortcut", "a.jsonl"));
    assertThat(run().get(0).message())
        .contains("'choose the longest' is right in 100 % of 1 items where chance is 50 %");
  }

  @Test
  void otherSplitsAreAWarning() throws IOException {
    choose("written", "Grass is", " green", " blue");

    assertThat(run()).hasSize(1).noneMatch(SuiteFinding::refused);
    assertThat(run().get(0).message())
        .contains("50 dev, 100 test, 100 reserve")
        .contains("1, 0, 0");
  }

  private List<Tuple> refused() throws IOException {
    return run().stream()
        .filter(SuiteFinding::refused)
        .map(finding -> Tuple.tuple(finding.check(), finding.where()))
        .toList();
  }

  private List<SuiteFinding> run() throws IOException {
    write();
    tallied.clear();
    return SuiteLint.run(
        folder,
        shortcuts -> {
          tallied.addAll(shortcuts);
          return shortcuts.stream().map(s -> pValue).toList();
        });
  }

  /** The right choice comes first. */
  private void choose(String family, String context, String right, String wrong) {
    lines.add(
        """
        {"id":"i-%d","split":"dev","family":"%s","context":"%s","choices":["%s","%s"],"answer":0}
        """
            .formatted(lines.size() + 1, family, context, right, wrong));
  }

  private void generate(String chat, String check) {
    lines.add(
        """
        {"id":"i-%d","split":"dev","family":"written","chat":"%s","check":%s}
        """
            .formatted(lines.size() + 1, chat, check));
  }

  private void head(String type, String metadata) throws IOException {
    Files.writeString(folder.resolve("a.yaml"), HEAD.formatted("a", "a", type, metadata));
  }

  private void write() throws IOException {
    Files.writeString(folder.resolve("a.jsonl"), String.join("", lines));
  }
}
