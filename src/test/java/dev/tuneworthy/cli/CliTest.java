package dev.tuneworthy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.decision.Verdict;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.ChoiceOffsets;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.prompting.PromptFile;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.TaskReader;
import dev.tuneworthy.tuning.Mitigation;
import dev.tuneworthy.tuning.Mitigation.KlInputs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  private static final List<String> COMMANDS =
      List.of(
          "decide",
          "demo",
          "check",
          "evaluate",
          "tune",
          "retention",
          "report",
          "reprice",
          "ask",
          "prices",
          "adapter",
          "suite",
          "model",
          "serve");

  @TempDir Path home;
  private FakeWorkshop workshop;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();

  @BeforeEach
  void shipATaskAPolicyAndASuite() throws IOException {
    workshop = new FakeWorkshop(home, Records.of(Verdict.PROMPT));
    Path task = Files.createDirectories(home.resolve("eval-suites/tasks/support-routing"));
    Files.writeString(
        task.resolve("task.yaml"),
        """
        name: support-routing
        instruction: "One of {choices}."
        choices: [left, right]
        examples: {train: train.jsonl, dev: dev.jsonl, test: test.jsonl}
        """);
    for (String split : List.of("train", "dev", "test")) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 6; i++) {
        lines.append(
            "{\"input\":\"%s question number %d\",\"expected\":\"%s\"}%n"
                .formatted(split, i, i % 2 == 0 ? "left" : "right"));
      }
      Files.writeString(task.resolve(split + ".jsonl"), lines);
    }
    Files.createDirectories(home.resolve("eval-suites/baseline"));
    Files.createDirectories(home.resolve("policies"));
    for (String name : List.of("balanced", "strict")) {
      Files.writeString(
          home.resolve("policies/" + name + ".yaml"),
          "name: " + name + "\ntraffic: {requestsPerMonth: 1000}\nquality: {minimum: 0.8}\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"PROMPT,0", "TUNE,0", "NEITHER,2", "INCONCLUSIVE,4"})
  void theExitCodeFollowsTheVerdict(Verdict verdict, int code) {
    workshop.decision = Records.of(verdict);
    assertThat(run("decide", "support-routing")).isEqualTo(code);
    assertThat(out()).contains(verdict.name());
  }

  @Test
  void decidePassesOnWhatItWasTold() {
    int code =
        run(
            "decide",
            "support-routing",
            "--policy=strict",
            "--prompt-model=openai:gpt-4o-mini",
            "--model=other",
            "--out",
            home.resolve("mine").toString(),
            "--seed=7",
            "--quick");
    assertThat(code).isZero();
    DecisionRequest request = workshop.requests.get(0);
    assertThat(request.task().name()).isEqualTo("support-routing");
    assertThat(request.policy().name()).isEqualTo("strict");
    assertThat(request.suites()).extracting(s -> s.name()).containsExactly("baseline");
    assertThat(request.localModel()).isEqualTo("other");
    assertThat(request.promptModel()).contains(new RemoteModelSpec("openai", "gpt-4o-mini"));
    assertThat(request.seed()).isEqualTo(7);
    assertThat(request.quick()).isTrue();
    assertThat(workshop.folders).containsExactly(home.resolve("mine"));
  }

  @Test
  void benchGatePrintsARowForEachWorld() {
    assertThat(run("bench", "gate", "--adapters", "0")).isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("--adapters").contains("1 to 1000000");

    assertThat(run("bench", "gate", "--adapters", "20", "--suite", "baseline"))
        .isIn(ExitCodes.GO, ExitCodes.REFUSED);
    assertThat(out().lines().filter(line -> line.startsWith("| 12 capabilities"))).hasSize(4);
    assertThat(out())
        .contains("| 12 capabilities of 100 single items | 0.00 | 1 % | 100.0 % ± 0.0");
  }

  @Test
  void benchDecisionRecordsGridsAndReplaysThem() {
    String grids = home.resolve("grids").toString();

    assertThat(run("bench", "decision", "--record", "support-routing", "--out", grids)).isZero();
    assertThat(out()).contains("1 candidates on").contains("support-routing.grid.jsonl");
    assertThat(run("bench", "decision", "--grids", grids, "--replays", "3", "--policy", "strict"))
        .isEqualTo(ExitCodes.REFUSED);
    // One candidate alone: the ladder asks no less than the full grid does.
    assertThat(out()).contains("| all grids: tokens of the full grid | at most 40 % | 100.0 %");
  }

  @Test
  void benchDecisionRefusesWhatItCannotRecordOrReplay() {
    assertThat(run("bench", "decision", "--record", "support-routing")).isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("--out");
    assertThat(run("bench", "decision", "--grids", home.resolve("no").toString()))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("--record");
    assertThat(
            run("bench", "decision", "--grids", "a", "--record", "support-routing", "--out", "b"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(run("bench", "decision", "--scale", "0")).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void benchPrintsEachFigureAsTextOrAsJson() throws IOException {
    assertThat(run("bench", "--only", "training", "--model=other")).isZero();
    assertThat(workshop.opened).containsExactly("other TRAINING");
    assertThat(out()).contains("prefill, 512 tokens", "tokens/s", "189 GFLOP/s", "1.50 GB");

    assertThat(run("bench", "--json")).isZero();
    String line = out().lines().reduce((first, last) -> last).orElseThrow();
    JsonNode row = new ObjectMapper().readTree(line);
    assertThat(row.get("what").asText()).isEqualTo("prefill, 512 tokens");
    assertThat(row.get("unit").asText()).isEqualTo("tokens/s");
  }

  @Test
  void showsTheTableAndTheVerdictOnStandardOutput() {
    workshop.decision = Records.of(Verdict.INCONCLUSIVE);
    run("decide", "support-routing");
    assertThat(out())
        .contains("few-shot(k=8)", "91.4 %", "80.0 % to 96.0 %", "1/8", "8.3", "$0.0001")
        .contains("network included")
        .contains("INCONCLUSIVE")
        .contains("A prompt does.")
        .contains("Leaning towards TUNE (lora(r=8))")
        .contains("1,234 more test examples")
        .contains("flips to TUNE")
        .contains("3 near-duplicates")
        .contains("report.html");
  }

  @Test
  void jsonPrintsOnlyTheRecordAndProgressGoesToStandardError() {
    workshop.decider =
        (request, folder, progress) -> {
          progress.report(new Progress.Step("prompt", "zero-shot", 3, 9, 1200));
          return workshop.decision;
        };
    assertThat(run("decide", "support-routing", "--json")).isZero();
    assertThat(out().strip()).isEqualTo("{\"verdict\":\"PROMPT\"}");
    assertThat(err()).contains("prompt · zero-shot: 3/9, 1,200 tokens");
  }

  @Test
  void takesAPathInPlaceOfAName() {
    Path folder = home.resolve("eval-suites/tasks/support-routing");
    assertThat(run("decide", folder.toString())).isZero();
    assertThat(run("decide", folder.resolve("task.yaml").toString())).isZero();
  }

  @Test
  void aMistypedNameSuggestsTheNearest() {
    assertThat(run("decide", "suport-routing")).isEqualTo(3);
    assertThat(err()).contains("file-not-found").contains("Did you mean 'support-routing'?");
    assertThat(run("decide", "support-routing", "--policy", "balance")).isEqualTo(3);
    assertThat(err()).contains("Did you mean 'balanced'?");
    assertThat(workshop.requests).isEmpty();
  }

  @Test
  void aNameThatClimbsOutOfTheFolderIsUnknown() {
    assertThat(run("decide", "support-routing", "--policy", "../policies/balanced")).isEqualTo(3);
  }

  @Test
  void aFaultIsOneLineWithoutAStackTraceUnlessItIsAskedFor() {
    workshop.decider =
        (request, folder, progress) -> {
          throw new ServiceException(ErrorCode.DISK, "disk full:\n expected room");
        };
    assertThat(run("decide", "support-routing")).isEqualTo(1);
    assertThat(err().lines())
        .containsExactly(
            "tuneworthy: disk (may pass; worth another try): disk full: expected room");
    assertThat(run("decide", "support-routing", "--verbose")).isEqualTo(1);
    assertThat(err()).contains("at dev.tuneworthy.cli.CliTest");
    assertThat(out()).isEmpty();
  }

  @Test
  void aFaultOfOurOwnIsSaidToBeOne() {
    workshop.decider =
        (request, folder, progress) -> {
          throw new IllegalStateException("oops");
        };
    assertThat(run("decide", "support-routing")).isEqualTo(1);
    assertThat(err()).contains("internal").contains("oops").contains("--verbose");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "decide",
        "decide support-routing --seed x",
        "decide support-routing --polisy balanced",
        "decide support-routing --prompt-model gpt",
        "decide support-routing --prompt-model azure:gpt",
        "evaluate support-routing",
        "evaluate support-routing --candidate few-shot:k=0",
        "evaluate support-routing --candidate few-shot:k=x",
        "evaluate support-routing --candidate magic",
        "evaluate support-routing --candidate zero-shot --split all",
        "evaluate support-routing --candidate few-shot:k=7",
        "tune support-routing",
        "retention",
        "suite",
        "suite clean",
        "suite check nowhere",
        "model",
        "model push",
        "serve --port 70000"
      })
  void wrongUsageEndsWithThreeAndSaysWhy(String line) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(3);
    assertThat(err()).startsWith("tuneworthy: ").doesNotContain("\tat ");
    assertThat(out()).isEmpty();
  }

  @Test
  void everyCommandHasHelpWithADescriptionAndExamples() {
    for (String command : COMMANDS) {
      out.reset();
      assertThat(run(command, "--help")).as(command).isZero();
      assertThat(out()).as(command).contains("Usage: tuneworthy " + command).contains("Example");
    }
    out.reset();
    assertThat(run("--help")).isZero();
    assertThat(out()).contains(COMMANDS).contains("Exit codes");
  }

  @Test
  void evaluateScoresACandidateOnDevUnlessToldOtherwise() throws IOException {
    Path kept = home.resolve("kept");
    assertThat(
            run(
                "evaluate",
                "support-routing",
                "--candidate",
                "few-shot:k=4,balanced,seed=2",
                "--out",
                kept.toString()))
        .isZero();
    assertThat(out()).contains("few-shot(k=4,balanced,seed=2)", "dev", "choose", "50.0 %");
    assertThat(Files.readAllLines(kept.resolve("outcomes.jsonl"))).hasSize(6);
    assertThat(run("evaluate", "support-routing", "--candidate", "lora:x", "--split", "test"))
        .isZero();
    assertThat(out()).contains("test");
  }

  @Test
  void evaluateTakesASelectionForEachQuestionAndNamesTheNearestOfAnUnknownOne() {
    String line = "evaluate support-routing --candidate few-shot:k=4,";
    assertThat(run((line + "nearest").split(" "))).isZero();
    assertThat(out()).contains("few-shot(k=4,nearest)", "50.0 %");
    assertThat(run((line + "neerest").split(" "))).isEqualTo(3);
    assertThat(err())
        .contains("'neerest'", "Did you mean 'nearest'?", "balanced", "diverse", "contextual");
    String wording = "evaluate support-routing --candidate zero-shot:contextual,instruction=";
    assertThat(run((wording + "1").split(" "))).isZero();
    assertThat(run((wording + "2").split(" "))).isEqualTo(3);
    assertThat(err()).contains("one of the 1 instructions", "instruction=2");
  }

  @Test
  void evaluateSaysThatTestWasLookedAtBefore() {
    String line = "evaluate support-routing --split test --candidate ";
    assertThat(run((line + "zero-shot").split(" "))).isZero();
    assertThat(run((line + "zero-shot").split(" "))).isZero();
    assertThat(err()).doesNotContain("look number");
    assertThat(run((line + "few-shot:k=2").split(" "))).isZero();
    assertThat(err()).contains("test: look number 2", "evaluate zero-shot, choose");
    assertThat(out()).doesNotContain("look number");
  }

  @Test
  void decideSaysOnStandardErrorThatTestWasLookedAtBefore() {
    workshop.decision =
        Records.of(Verdict.PROMPT, List.of("test: look number 2 at", "cost: unknown"));
    assertThat(run("decide", "support-routing", "--json")).isZero();
    assertThat(err()).contains("test: look number 2 at").doesNotContain("cost: unknown");
  }

  @Test
  void evaluatePromptsARemoteModelIfThePolicyAllowsIt() throws IOException {
    Path open = home.resolve("open.yaml");
    String balanced = Files.readString(home.resolve("policies/balanced.yaml"));
    Files.writeString(open, balanced + "privacy: {remoteExamples: true}\n");
    String line = "evaluate support-routing --candidate few-shot:k=2 --prompt-model openai:gpt-4o";
    assertThat(run((line + " --policy " + open).split(" "))).isZero();
    assertThat(workshop.opened).containsExactly("openai:gpt-4o");
    assertThat(out()).contains("few-shot(k=2", "generate", "0.0 %");
  }

  @ParameterizedTest
  @CsvSource({
    "zero-shot --prompt-model openai:gpt-4o, privacy.remoteExamples: true",
    "zero-shot --prompt-model gpt-4o, openai:NAME or ollama:NAME",
    "lora:x --prompt-model openai:gpt-4o, which runs on the local model"
  })
  void evaluateRefusesARemoteModelBeforeItIsOpened(String candidate, String why) {
    String line = "evaluate support-routing --candidate " + candidate;
    assertThat(run(line.split(" "))).isEqualTo(3);
    assertThat(err()).contains(why);
    assertThat(workshop.opened).isEmpty();
  }

  @Test
  void checkReportsWhatTheDataShow() {
    assertThat(run("check", "support-routing")).isZero();
    assertThat(out()).contains("6 train, 6 dev, 6 test").contains("power");
  }

  @Test
  void askAnswersWithTheRecommendedPrompt() {
    writePrompt(home, FakeWorkshop.MODEL, "tiny.gguf");
    assertThat(run("ask", home.toString(), "left or right?")).isZero();
    assertThat(out().strip()).isEqualTo("left");
    assertThat(workshop.opened).containsExactly("tiny.gguf");
  }

  @Test
  void askAnswersWithTheAdapterWhenTuningIsRecommended() throws IOException {
    workshop.decision = Records.of(Verdict.TUNE);
    writePrompt(Files.createDirectories(home.resolve("adapter")), FakeWorkshop.MODEL, "tiny.gguf");
    assertThat(run("ask", home.toString(), "left or right?")).isZero();
    assertThat(out().strip()).isEqualTo("left");
  }

  @Test
  void askGoesToTheRemoteModelThatThePromptWasMadeFor() {
    writePrompt(home, new ModelRef("gpt", "b".repeat(64), "remote"), "openai:gpt");
    assertThat(run("ask", home.toString(), "left or right?")).isZero();
    assertThat(out().strip()).isEqualTo("remote answer");
    assertThat(workshop.opened).containsExactly("openai:gpt");
  }

  @Test
  void askRefusesAnotherModelThanTheDecisions() {
    writePrompt(home, new ModelRef("tiny", "c".repeat(64), "cpu"), "tiny");
    assertThat(run("ask", home.toString(), "left or right?")).isEqualTo(3);
    assertThat(err()).contains("SHA-256");
  }

  @Test
  void askNeedsARecommendationOrAChoice() {
    workshop.decision = Records.of(Verdict.NEITHER);
    writePrompt(home, FakeWorkshop.MODEL, "tiny");
    assertThat(run("ask", home.toString(), "x")).isEqualTo(3);
    assertThat(err()).contains("NEITHER").contains("--with");
    assertThat(run("ask", home.toString(), "x", "--with", "prompt")).isZero();
  }

  @Test
  void retentionShowsBitsAndDivergenceWhereItHasThem() throws IOException {
    Files.writeString(
        Files.createDirectories(home.resolve("eval-suites/general")).resolve("prose.txt"),
        "Prose.");
    run("retention", "--adapter", "a");
    assertThat(out())
        .contains("Neutral prose: 1.250 bits a byte before, 1.500 after.")
        .contains("KL(base, tuned) 0.1250 nats a token")
        .contains("generate: Of 9 lost items 2 still say what is asked.")
        .doesNotContain("Flip floor");
  }

  @Test
  void tuneTakesRateRankAndSuitesToWatch() {
    run("tune", "support-routing", "--out", "a", "--learning-rate", "0.01", "--rank", "4");
    Workshop.TuneOrder order = workshop.orders.get(0);
    assertThat(order.learningRate()).hasValue(0.01);
    assertThat(order.rank()).hasValue(4);
    assertThat(order.watched()).isEmpty();
    assertThat(run("tune", "support-routing", "--out", "a", "--learning-rate", "1"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(run("tune", "support-routing", "--out", "a", "--rank", "0"))
        .isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void tuneTakesMeansAgainstForgetting() {
    run("tune", "support-routing", "--out", "a", "--mitigation", "replay=0.15,kl=0.1,ewc=100");
    run("tune", "support-routing", "--out", "a", "--mitigation", "task-kl=0.5");
    run("tune", "support-routing", "--out", "a");
    assertThat(workshop.orders)
        .extracting(Workshop.TuneOrder::mitigation)
        .containsExactly(
            Mitigation.replaying(0.15)
                .and(Mitigation.heldToBase(0.1, KlInputs.GENERAL))
                .and(Mitigation.consolidated(100)),
            Mitigation.heldToBase(0.5, KlInputs.TASK),
            Mitigation.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "replay",
        "replay=",
        "replay=0.5",
        "kl=0",
        "kl=1,task-kl=1",
        "ewc=x",
        "dial=1"
      })
  void tuneNamesTheMeansItKnowsWhereItIsGivenAnother(String wrong) {
    assertThat(run("tune", "support-routing", "--out", "a", "--mitigation", wrong))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("--mitigation").contains("replay=0.15").contains("'" + wrong + "'");
    assertThat(workshop.orders).isEmpty();
  }

  @Test
  void retentionComparesTwoRemoteModelsIfThePolicyAllowsIt() throws IOException {
    Path open = home.resolve("open.yaml");
    String balanced = Files.readString(home.resolve("policies/balanced.yaml"));
    Files.writeString(open, balanced + "privacy: {remoteExamples: true}\n");
    String line = "retention --model openai:a --tuned openai:b";
    assertThat(run((line + " --policy " + open).split(" "))).isEqualTo(ExitCodes.REFUSED);
    assertThat(workshop.opened).containsExactly("a and b");
    assertThat(run(line.split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("privacy.remoteExamples: true");
    assertThat(run("retention", "--tuned", "openai:b")).isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("one of each");
    assertThat(run("retention", "--model", "openai:a", "--adapter", "x"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(workshop.opened).hasSize(1);
  }

  @Test
  void retentionDialsTheAdapter() {
    run("retention", "--adapter", "a", "--scale", "0.5");
    run("retention", "--adapter", "a");
    assertThat(workshop.scales).containsExactly(0.5, 1.0);
    for (String wrong : List.of("0", "-1", "5", "NaN", "much")) {
      assertThat(run("retention", "--adapter", "a", "--scale", wrong))
          .as(wrong)
          .isEqualTo(ExitCodes.USAGE);
    }
  }

  @Test
  void retentionSaysWhichDropsLieBeyondTheFlipFloor() {
    run("retention", "--adapter", "a", "--floor");
    // 4 flips of 400: 1.645 * sqrt(0.01 / 400) = 0.8 points; 75 to 70 % is beyond.
    assertThat(out())
        .contains("Flip floor, choose: 3 lost, 1 gained of 400 with the adapter at scale 0.02")
        .contains("reaches a drop of 0.8 points. The drop of 5.0 points lies beyond it.");
    assertThat(run("retention", "--tuned", "merged.gguf", "--floor")).isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("--floor").contains("--adapter");
  }

  @Test
  void retentionComparesAModelWithItselfInAnotherPrecision() {
    run("retention", "--model", "m", "--tuned-precision", "q4");
    run("retention", "--model", "m", "--tuned", "merged.gguf", "--tuned-precision", "int8");
    assertThat(workshop.opened).containsExactly("m in q4", "merged.gguf in int8");
    assertThat(run("retention", "--adapter", "a", "--tuned-precision", "q4"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(err()).contains("or else --tuned or --tuned-precision");
    assertThat(
            run(
                "retention",
                "--model",
                "openai:a",
                "--tuned",
                "openai:b",
                "--tuned-precision",
                "q4"))
        .isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void retentionTakesAnotherCheckpointInsteadOfAnAdapter() {
    assertThat(run("retention", "--tuned", "merged.gguf")).isEqualTo(ExitCodes.REFUSED);
    assertThat(workshop.opened).contains("merged.gguf");
    assertThat(run("retention")).isEqualTo(ExitCodes.USAGE);
    assertThat(run("retention", "--tuned", "m", "--adapter", "a")).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void retentionRefusesWhatForgetsTooMuch() {
    assertThat(run("retention", "--adapter", "a")).isEqualTo(ExitCodes.REFUSED);
    assertThat(out()).contains("pooled").contains("FAIL");
  }

  @Test
  void suiteCheckShowsFindingsAndWhatTheBaseModelCanDo() throws IOException {
    Path suite = Files.createDirectories(home.resolve("eval-suites/facts"));
    Files.writeString(
        suite.resolve("facts.yaml"),
        "task: facts\ndataset_path: facts.jsonl\noutput_type: generate_until\n");
    String line =
        """
{"id":"f-1","split":"dev","family":"written","chat":"Name a colour.","check":{"containsAny":["red"]}}
""";
    Files.writeString(suite.resolve("facts.jsonl"), line);
    assertThat(run("suite", "check", "facts", "--model", "tiny")).isZero();
    assertThat(out()).contains("warning facts.jsonl").contains("72.9 % to 85.6 %");
    assertThat(out())
        .contains("1 of 1 capabilities can show a loss in choose, 0 of 1 in generate.");
    assertThat(out()).containsPattern("choose +150.* yes").containsPattern("generate +150.* no");
    assertThat(workshop.opened).containsExactly("tiny");

    Files.writeString(suite.resolve("facts.jsonl"), line + line.replace("f-1", "f-2"));
    out.reset();
    assertThat(run("suite", "check", "facts", "--json")).isEqualTo(ExitCodes.USAGE);
    assertThat(out()).contains("\"severity\" : \"error\"").contains("facts.jsonl:2");
  }

  @Test
  void otherCommandsDoWhatTheySay() {
    assertThat(run("tune", "support-routing", "--out", "a")).isZero();
    assertThat(out()).contains("lora(r=8): accuracy 87.5 % on dev after 120 steps (54,321 tokens)");
    assertThat(run("report", "d")).isZero();
    assertThat(workshop.folders).contains(Path.of("d"));
    assertThat(run("report", "d", "--markdown")).isZero();
    assertThat(out()).contains("# Report");
    assertThat(run("model", "list")).isZero();
    assertThat(out()).contains("145").contains("Apache-2.0");
    assertThat(run("model", "pull", "tiny")).isZero();
    assertThat(out()).contains("tiny");
    assertThat(run("serve", "--port", "9000")).isZero();
    assertThat(workshop.opened).contains("127.0.0.1:9000");
  }

  @Test
  void demoEndsWithZeroWhateverTheVerdict() {
    workshop.decision = Records.of(Verdict.NEITHER);
    assertThat(run("demo", "--quick")).isZero();
    assertThat(workshop.requests.get(0).quick()).isTrue();
  }

  private void writePrompt(Path folder, ModelRef model, String source) {
    Task task = TaskReader.read(home.resolve("eval-suites/tasks/support-routing/task.yaml"), 0);
    PromptCandidate prompt =
        PromptCandidate.zeroShot(
            task,
            model,
            () -> {
              throw new AssertionError("opened");
            });
    PromptFile.of(
            prompt,
            task,
            source,
            model.remote() ? AnswerMode.GENERATE : AnswerMode.CHOOSE,
            Decoding.greedy(8),
            ChoiceOffsets.NONE)
        .write(folder.resolve("prompt.json"));
  }

  private int run(String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            80,
            () -> clock.addAndGet(1_000_000));
    return new Cli(workshop, console).run(List.of(arguments));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
