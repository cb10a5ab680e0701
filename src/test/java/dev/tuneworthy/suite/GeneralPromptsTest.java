package dev.tuneworthy.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.task.JsonLines;
import dev.tuneworthy.task.NormalForm;
import dev.tuneworthy.task.SimilarTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What replay and the Fisher information are fed with must not be what retention is tested on. */
class GeneralPromptsTest {
  private static final Path GENERAL = Path.of("eval-suites", "general");

  @Test
  void thereAreThreeHundredOfManyFamilies() {
    List<Map<String, String>> prompts = prompts();

    assertThat(prompts).hasSizeGreaterThanOrEqualTo(300);
    assertThat(prompts).extracting(p -> p.get("id")).doesNotHaveDuplicates();
    Map<String, Long> families =
        prompts.stream()
            .collect(
                Collectors.groupingBy(p -> p.get("family"), TreeMap::new, Collectors.counting()));
    assertThat(families).hasSizeGreaterThanOrEqualTo(12);
    assertThat(families.values()).as(families.toString()).allMatch(n -> n <= 40);
  }

  @Test
  void noneResemblesAnotherOrAnItemOfTheBaselineSuite() {
    List<String> prompts = prompts().stream().map(p -> NormalForm.key(p.get("chat"))).toList();
    List<String> items =
        SuiteReader.read(Path.of("eval-suites", "baseline")).items().stream()
            .flatMap(item -> item.generate().stream())
            .map(form -> NormalForm.key(form.chat()))
            .toList();
    List<String> all = new ArrayList<>(items);
    all.addAll(prompts);
    SimilarTexts texts = new SimilarTexts(all);
    items.forEach(text -> texts.add(text, text));

    List<String> resembling = new ArrayList<>();
    for (String prompt : prompts) {
      texts.nearest(prompt).ifPresent(like -> resembling.add(prompt + " ~ " + like));
      texts.add(prompt, prompt);
    }
    assertThat(resembling).isEmpty();
  }

  @Test
  void theProseIsPlainTextOfTwentyKilobytes() throws IOException {
    String prose = Files.readString(GENERAL.resolve("prose.txt"));

    assertThat(prose.length()).isBetween(20_000, 30_000);
    assertThat(prose.split("\n\n")).hasSizeGreaterThanOrEqualTo(30).doesNotHaveDuplicates();
    assertThat(prose).doesNotContain("\r", "\t", "<", "#", "  ");
  }

  private static List<Map<String, String>> prompts() {
    Function<JsonNode, Map<String, String>> fields =
        value ->
            Map.of(
                "id", value.path("id").asText(),
                "family", value.path("family").asText(),
                "chat", value.path("chat").asText());
    return JsonLines.read(
        GENERAL.resolve("prompts.jsonl"),
        ErrorCode.BAD_SUITE,
        (where, value) -> fields.apply(value));
  }
}
