package dev.tuneworthy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On 2026-11-30, which is when {@link FakeWorkshop} works. */
class PricesCommandTest {
  private static final String GPT =
      "\"gpt\": {\"input_cost_per_token\": 4e-07, \"output_cost_per_token\": 1.6e-06}";

  @TempDir Path home;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void shipAPolicyAndItsPrices() throws IOException {
    Files.createDirectories(home.resolve("policies"));
    Files.writeString(
        home.resolve("policies/balanced.yaml"),
        "{name: balanced, traffic: {requestsPerMonth: 10}, quality: {minimum: 0.5},"
            + " prices: {catalogue: prices.json, models: {gpt: {}}}}");
    Files.writeString(home.resolve("policies/prices.json"), dated("2026-11-01"));
  }

  @Test
  void passesPricesThatAreThereAndRecent() {
    assertThat(run("prices", "check")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("2026-11-01, 29 days old, at most 90", "in 0.4, out 1.6 USD a million tokens");
  }

  @ParameterizedTest
  @CsvSource({"--max-age-days=28, stale", "--prompt-model=openai:other, missing"})
  void refusesWhatIsStaleOrMissing(String option, String state) {
    assertThat(run("prices", "check", option)).isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(state);
  }

  @Test
  void leavesOpenHowOldAListWithoutADateIs() throws IOException {
    Path undated = Files.writeString(home.resolve("litellm.json"), "{" + GPT + "}");
    assertThat(run("prices", "check", "--prices", undated.toString())).isEqualTo(4);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("undated");
  }

  @ParameterizedTest
  @CsvSource({"--max-age-days=0", "--prompt-model=gpt", "--policy=none"})
  void refusesWrongUsage(String option) {
    assertThat(run("prices", "check", option)).isEqualTo(3);
    assertThat(run("prices")).isEqualTo(3);
  }

  private static String dated(String day) {
    return "{\"_tuneworthy\": {\"asOf\": \"" + day + "\"}, " + GPT + "}";
  }

  private int run(String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            80,
            System::nanoTime);
    return new Cli(new FakeWorkshop(home, Records.of(Verdict.PROMPT)), console)
        .run(List.of(arguments));
  }
}
