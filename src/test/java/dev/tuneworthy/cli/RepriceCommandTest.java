package dev.tuneworthy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decision.DecisionBasis;
import dev.tuneworthy.decision.DecisionJson;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.Repricing;
import dev.tuneworthy.decision.Verdict;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.JsonlOutcomes;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyContent;
import dev.tuneworthy.policy.PolicyReader;
import dev.tuneworthy.scoring.Outcome;
import dev.tuneworthy.task.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepriceCommandTest {
  @TempDir Path home;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void saysWhatWasDecidedWhatChangedAndWhatIsDecidedNow() throws IOException {
    stored();
    assertThat(run("reprice", home.toString(), "--requests-per-month", "100000000")).isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Before: PROMPT: few-shot(k=8)")
        .contains("Changed: policy.traffic.requestsPerMonth: 1000 before, 100000000 now.")
        .contains("Changed: gate cost of few-shot(k=8): PASS before, FAIL now.")
        .contains("Now: NEITHER");
  }

  @Test
  void printsTheResultAloneAsJson() throws IOException {
    stored();
    assertThat(run("reprice", home.toString(), "--horizon-months", "6", "--json")).isZero();
    JsonNode result = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(result.at("/before/recommended").asText()).isEqualTo("few-shot(k=8)");
    assertThat(result.at("/decision/verdict").asText()).isEqualTo("PROMPT");
    assertThat(result.at("/decision/policy/content/traffic/horizonMonths").asInt()).isEqualTo(6);
    assertThat(result.at("/decision/candidates/0/cost/overHorizon").asText()).isEqualTo("6.02");
  }

  /** A decision folder of one prompt, right on 38 of 40 examples, at 0.001 USD a request. */
  private void stored() throws IOException {
    String policy =
        "{name: p, traffic: {requestsPerMonth: 1000}, quality: {minimum: 0.7},"
            + " cost: {maxPerMonth: 50}, prices: {catalogue: prices.json}}";
    Files.writeString(
        home.resolve("prices.json"),
        "{\"gpt\": {\"input_cost_per_token\": 0.00001, \"output_cost_per_token\": 0.00002}}");
    Policy read = PolicyReader.read(Files.writeString(home.resolve("p.yaml"), policy));
    ModelRef gpt = new ModelRef("gpt", "b".repeat(64), "remote");
    List<ItemResult> results = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Outcome outcome = new Outcome.Scored(i < 38 ? 1 : 0);
      results.add(new ItemResult("test-" + i, "yes", outcome, new TokenUsage(0, 96, 2)));
    }
    Trial trial =
        new Trial(
            "few-shot(k=8)", Approach.FEW_SHOT, gpt, Split.TEST, AnswerMode.GENERATE, results);
    DecisionRecord record =
        Records.stored(
            new DecisionRecord.PolicyPart(
                "p", read.sha256(), PolicyContent.of(read, List.of("gpt"))),
            new DecisionBasis(
                new DecisionBasis.Costs(
                    "2 vCPU",
                    "tiny",
                    "gpt",
                    "openai:gpt",
                    60,
                    0,
                    "2026-11-30",
                    new TokenUsage(0, 2000, 50)),
                List.of(),
                List.of(),
                List.of(),
                List.of(
                    new DecisionBasis.Confirmed(
                        "few-shot(k=8)", List.of(), 0, List.of(), Optional.empty()))));
    JsonlOutcomes.write(home.resolve("outcomes.jsonl"), List.of(trial));
    DecisionJson.write(record, home);
    DecisionJson.write(Repricing.reprice(home, Repricing.Terms.UNCHANGED).decision(), home);
  }

  @Test
  void refusesAFolderWithoutADecision() {
    assertThat(run("reprice", home.toString(), "--requests-per-month", "5")).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("a folder with decision.json");
  }

  @Test
  void refusesAPriceListInAnotherCurrency() throws IOException {
    Path prices =
        Files.writeString(
            home.resolve("prices.json"), "{\"_tuneworthy\": {\"currency\": \"EUR\"}}");
    assertThat(run("reprice", home.toString(), "--prices", prices.toString())).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("expected prices in USD", "'EUR'");
  }

  @Test
  void refusesTrafficThatIsNoNumber() {
    assertThat(run("reprice", home.toString(), "--requests-per-month", "many")).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--requests-per-month");
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
