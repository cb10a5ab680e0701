package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.DecisionRecord.CurvePoint;
import dev.tuneworthy.decision.DecisionRecord.LearningCurvePart;
import dev.tuneworthy.decision.DecisionRecord.RungPart;
import dev.tuneworthy.decision.FakeBench.Skill;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.JsonlOutcomes;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.prompting.PromptFile;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionLadderTest {
  private static final ObjectMapper JSON = LadderFixture.JSON;
  private static final String PLAIN = LadderFixture.PLAIN;

  @TempDir Path folder;
  private LadderFixture fixture = new LadderFixture(Path.of(""));

  @BeforeEach
  void standsInTheFolder() {
    fixture = new LadderFixture(folder);
  }

  @Test
  void recommendsAPromptThatDoes() {
    Task task = LadderFixture.task(400);
    DecisionRecord record = fixture.decide(task, new Skill(0.5, 0.96, 0.965, 0), PLAIN, "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.PROMPT);
    assertThat(record.recommended().orElseThrow()).startsWith("few-shot(");
    PromptFile prompt = PromptFile.read(folder.resolve("a").resolve("prompt.json"));
    assertThat(prompt.candidate()).isEqualTo(record.recommended().orElseThrow());
    assertThat(prompt.shots()).isNotEmpty();
    assertThat(Files.exists(folder.resolve("a").resolve("adapter"))).isTrue();
  }

  @Test
  void keepsTheBestEpochOfATrainingThatDivergedAndSaysSo() {
    Task task = LadderFixture.task(400);
    FakeBench bench = new FakeBench(task, new Skill(0.5, 0.6, 0.97, 0));
    bench.diverges = true;
    DecisionRecord record =
        fixture.ladder(bench).decide(LadderFixture.request(task, PLAIN), fixture.at("a"), s -> {});
    assertThat(record.warnings()).anyMatch(w -> w.contains("diverged") && w.contains("epoch 1"));
    assertThat(Files.exists(folder.resolve("a").resolve("adapter"))).isTrue();
  }

  @Test
  void warnsOfDataThatAreFarFromWhatTheModelKnows() {
    DecisionRecord record =
        fixture.decide(LadderFixture.task(40), new Skill(0.5, 0.6, 0.97, 0), PLAIN, "a");
    assertThat(record.warnings()).anyMatch(w -> w.startsWith("distance: ") && w.contains("40 %"));
    assertThat(record.provenance().get("distance")).asString().contains("outliers=0.4");
  }

  @Test
  void decidesWithoutATunedCandidateWhereEveryTrainingDivergedAtOnce() {
    Task task = LadderFixture.task(400);
    FakeBench bench = new FakeBench(task, new Skill(0.5, 0.6, 0.97, 0));
    bench.diverges = true;
    bench.bestEpoch = 0;
    DecisionRecord record =
        fixture.ladder(bench).decide(LadderFixture.request(task, PLAIN), fixture.at("a"), s -> {});
    assertThat(record.warnings()).anyMatch(w -> w.contains("diverged") && w.contains("no adapter"));
    assertThat(record.recommended().orElse("none")).doesNotContain("lora");
    assertThat(Files.exists(folder.resolve("a").resolve("adapter"))).isFalse();
  }

  @Test
  void skipsTuningThatCannotGainWhatIsWorthwhile() {
    Task task = LadderFixture.task(300);
    DecisionRecord record =
        fixture.decide(
            task, new Skill(0.5, 1, 1, 0), "quality: {minimum: 0.8, worthwhile: 0.2}", "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.PROMPT);
    assertThat(LadderFixture.rung(record, "tune").status()).isEqualTo("skipped");
    assertThat(LadderFixture.rung(record, "tune").reason()).contains("perfect tuned model");
    assertThat(LadderFixture.rung(record, "retention").status()).isEqualTo("skipped");
    assertThat(Files.exists(folder.resolve("a").resolve("adapter"))).isFalse();
    assertThat(record.retention()).isEmpty();
  }

  @Test
  void tunesAfterAllWhereThePromptDoesWorseOnTestThanDevPromised() {
    Task task = LadderFixture.task(150);
    FakeBench bench = new FakeBench(task, new Skill(0.5, 1, 0.99, 0));
    bench.worseOnTest = 0.4;
    DecisionRecord record =
        fixture
            .ladder(bench)
            .decide(
                LadderFixture.request(task, "quality: {minimum: 0.8, worthwhile: 0.2}"),
                fixture.at("a"),
                s -> {});
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.TUNE);
    assertThat(LadderFixture.rung(record, "tune").status()).isEqualTo("done");
    assertThat(LadderFixture.rung(record, "retention").status()).isEqualTo("done");
  }

  @Test
  void recommendsTuningThatIsWorthIt() {
    Task task = LadderFixture.task(150);
    DecisionRecord record = fixture.decide(task, new Skill(0.4, 0.6, 0.97, 0), PLAIN, "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.TUNE);
    assertThat(record.recommended()).contains("lora(r=8,seed=11)");
    assertThat(record.retention().orElseThrow().candidate()).isEqualTo("lora(r=8,seed=11)");
    Path adapter = folder.resolve("a").resolve("adapter");
    assertThat(PeftAdapter.read(adapter).rank()).isEqualTo(8);
    assertThat(PromptFile.read(adapter.resolve("prompt.json")).shots()).isEmpty();
  }

  @Test
  void recommendsNothingWhereNothingIsGoodEnough() {
    DecisionRecord record =
        fixture.decide(LadderFixture.task(150), new Skill(0.4, 0.5, 0.5, 0), PLAIN, "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.NEITHER);
    assertThat(record.recommended()).isEmpty();
  }

  @Test
  void refusesAnAlwaysOnAdapterThatForgets() {
    DecisionRecord record =
        fixture.decide(
            LadderFixture.task(150),
            new Skill(0.4, 0.5, 0.97, 0.5),
            "retention: {deployment: shared, pooledMargin: 0.03}",
            "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.NEITHER);
    assertThat(record.retention().orElseThrow().modes().get(0).lostItems()).isNotEmpty();
  }

  @Test
  void doesNotDecideOnTwelveTestExamples() {
    DecisionRecord record =
        fixture.decide(LadderFixture.task(12), new Skill(0.4, 0.6, 0.97, 0), PLAIN, "a");
    assertThat(record.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(record.leaning()).isPresent();
    assertThat(record.moreExamples().orElseThrow().testExamples()).isGreaterThanOrEqualTo(18);
    assertThat(record.summary()).contains("further test examples");
  }

  @Test
  void climbsInOrderAndSaysWhatEachRungDid() {
    List<String> reported = new ArrayList<>();
    Task task = LadderFixture.task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRecord record =
        fixture
            .ladder(bench)
            .decide(
                LadderFixture.request(task, PLAIN),
                fixture.at("a"),
                step -> reported.add(step.rung()));
    assertThat(record.rungs())
        .extracting(RungPart::rung)
        .containsExactly(
            "check",
            "forecast",
            "prompt",
            "tune",
            "retention",
            "mitigate",
            "confirm",
            "decide",
            "curve");
    assertThat(record.rungs()).allSatisfy(rung -> assertThat(rung.reason()).isNotBlank());
    assertThat(reported).contains("prompt", "tune", "retention", "confirm", "latency");
    assertThat(record.rungs().stream().mapToLong(RungPart::tokens).sum())
        .isEqualTo(record.spent().tokens());
  }

  @Test
  void drawsALearningCurveWhereItIsAskedFor() {
    Task task = LadderFixture.task(200);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.5, 0.6, 0));
    DecisionRequest plain = LadderFixture.request(task, PLAIN);
    DecisionRequest asked =
        new DecisionRequest(
            task, plain.policy(), plain.suites(), "fake", Optional.empty(), 1, true, true);

    DecisionRecord record = fixture.ladder(bench).decide(asked, fixture.at("a"), s -> {});
    DecisionRecord without = fixture.ladder(bench).decide(plain, fixture.at("b"), s -> {});

    LearningCurvePart curve = record.learningCurve().orElseThrow();
    assertThat(curve.points()).extracting(CurvePoint::examples).containsExactly(16, 30, 60);
    assertThat(curve.points()).allMatch(point -> point.n() == 200);
    // The fake model learns as much from a quarter, and the policy wants 80 %.
    assertThat(curve.answer()).isEqualTo("NOT_DATA");
    assertThat(LadderFixture.rung(record, "curve").reason()).isEqualTo(curve.words());
    assertThat(LadderFixture.rung(record, "curve").tokens()).isPositive();
    assertThat(record.rungs().stream().mapToLong(RungPart::tokens).sum())
        .isEqualTo(record.spent().tokens());
    assertThat(record.candidates())
        .extracting(DecisionRecord.CandidatePart::id)
        .noneMatch(id -> id.contains("examples"));
    assertThat(record.verdict()).isEqualTo(without.verdict());
    assertThat(without.learningCurve()).isEmpty();
    assertThat(without.id()).isNotEqualTo(record.id());
  }

  @Test
  void drawsALearningCurveUnaskedWhereTheVerdictWantsForQuality() {
    Task task = LadderFixture.task(200);
    DecisionRequest quick = LadderFixture.request(task, PLAIN);
    DecisionRequest slow =
        new DecisionRequest(
            task, quick.policy(), quick.suites(), "fake", Optional.empty(), 1, false);

    DecisionRecord poor =
        fixture
            .ladder(new FakeBench(task, new Skill(0.4, 0.5, 0.6, 0)), "poor")
            .decide(slow, fixture.at("a"), s -> {});
    DecisionRecord good =
        fixture
            .ladder(new FakeBench(task, new Skill(0.4, 0.5, 0.97, 0)), "good")
            .decide(slow, fixture.at("b"), s -> {});

    assertThat(poor.verdict()).isEqualTo(Verdict.NEITHER);
    assertThat(poor.learningCurve()).isPresent();
    assertThat(good.learningCurve()).isEmpty();
    assertThat(LadderFixture.rung(good, "curve").reason()).contains("does not want for quality");
  }

  @Test
  void saysWhereAnotherDecisionLookedAtTestBefore() {
    Task task = LadderFixture.task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRequest request = LadderFixture.request(task, PLAIN);
    DecisionRecord first = fixture.ladder(bench).decide(request, fixture.at("a"), s -> {});
    DecisionRecord repeated = fixture.ladder(bench).decide(request, fixture.at("b"), s -> {});
    DecisionRequest other = LadderFixture.request(task, "quality: {minimum: 0.7}");
    DecisionRecord second = fixture.ladder(bench).decide(other, fixture.at("c"), s -> {});
    assertThat(first.warnings()).noneMatch(w -> w.startsWith("test:"));
    assertThat(repeated.warnings()).noneMatch(w -> w.startsWith("test:"));
    assertThat(second.warnings())
        .anyMatch(w -> w.contains("look number 2") && w.contains(first.id() + " on 2026-11-25"));
    assertThat(second.provenance().get("testLook").toString()).contains("number=2", first.id());
  }

  @Test
  void listsExamplesThatMostCandidatesContradict() {
    Task task = LadderFixture.task(150);
    DecisionRecord record = fixture.decide(task, new Skill(0.4, 0.9, 0.97, 0), PLAIN, "a");
    DecisionRecord.LabelsPart labels = record.labels().orElseThrow();
    assertThat(labels.suspects()).isPositive();
    assertThat(labels.suspicious().get(0).said()).hasSizeGreaterThan(1);
    assertThat(record.warnings()).anyMatch(w -> w.startsWith("labels: " + labels.suspects()));
  }

  @Test
  void confirmsEveryFinalistOnTheSameTestExamples() {
    DecisionRecord record =
        fixture.decide(LadderFixture.task(60), new Skill(0.4, 0.6, 0.97, 0), PLAIN, "a");
    List<CandidatePart> test =
        record.candidates().stream().filter(c -> c.split().equals("test")).toList();
    assertThat(test)
        .extracting(CandidatePart::approach)
        .containsExactly("zero-shot", "few-shot", "lora");
    assertThat(test)
        .allSatisfy(
            candidate -> {
              assertThat(candidate.n()).isEqualTo(60);
              assertThat(candidate.mode()).isEqualTo("choose");
              assertThat(candidate.latencyMillis().orElseThrow().n()).isGreaterThanOrEqualTo(50);
            });
    List<Trial> outcomes = JsonlOutcomes.read(fixture.at("a").resolve("outcomes.jsonl"));
    assertThat(outcomes.stream().filter(t -> t.split() == Split.TEST)).hasSize(3);
    assertThat(outcomes).hasSameSizeAs(record.candidates());
  }

  @Test
  void writesARecordThatFitsThePublishedSchema() throws IOException {
    fixture.decide(LadderFixture.task(60), new Skill(0.4, 0.6, 0.97, 0.1), PLAIN, "a");
    JsonNode written = JSON.readTree(fixture.at("a").resolve("decision.json").toFile());
    assertThat(
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(DecisionLadderTest.class.getResourceAsStream("/schemas/decision.json"))
                .validate(written))
        .isEmpty();
  }

  @Test
  void sendsNoExampleToARemoteModelUnlessThePolicyAllowsIt() {
    Task task = LadderFixture.task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRequest local = LadderFixture.request(task, PLAIN);
    DecisionRequest remote =
        new DecisionRequest(
            task,
            local.policy(),
            local.suites(),
            "fake",
            Optional.of(new RemoteModelSpec("openai", "m")),
            1,
            true);
    assertThatThrownBy(() -> fixture.ladder(bench).decide(remote, fixture.at("a"), s -> {}))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PRIVACY));
    assertThat(bench.opened).isZero();
    assertThat(fixture.at("a")).doesNotExist();
  }

  @Test
  void asksAllInGenerateModeWhereTheRemoteModelGivesNoLikelihoods() {
    Task task = LadderFixture.task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.9, 0.97, 0));
    DecisionRequest local = LadderFixture.request(task, "privacy: {remoteExamples: true}");
    DecisionRequest remote =
        new DecisionRequest(
            task,
            local.policy(),
            local.suites(),
            "fake",
            Optional.of(new RemoteModelSpec("openai", "m")),
            1,
            true);
    DecisionRecord record = fixture.ladder(bench).decide(remote, fixture.at("a"), s -> {});
    assertThat(record.candidates()).allMatch(c -> c.mode().equals("generate"));
    assertThat(record.models()).hasSize(2);
    assertThat(record.candidates().stream().filter(c -> c.approach().equals("lora")))
        .allMatch(c -> c.model().equals("fake"));
    assertThat(record.warnings()).anyMatch(w -> w.contains("no price for m"));
  }

  @Test
  void refusesAFolderThatIsAFile() throws IOException {
    Task task = LadderFixture.task(60);
    Path file = Files.writeString(fixture.at("notes.txt"), "mine");
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    assertThatThrownBy(
            () -> fixture.ladder(bench).decide(LadderFixture.request(task, PLAIN), file, s -> {}))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_USAGE);
              assertThat(e).hasMessageContaining("is a file. Name another folder");
            });
    assertThat(file).hasContent("mine");
  }

  @Test
  void refusesExamplesThatDoNotFitTheModel() {
    Task task = LadderFixture.task(60);
    List<Example> test = new ArrayList<>(task.split(Split.TEST));
    test.set(0, Example.of("test-0", "word ".repeat(3000).strip(), "yes"));
    Task tooLong = LadderFixture.task(task.split(Split.TRAIN), task.split(Split.DEV), test);
    FakeBench bench = new FakeBench(tooLong, new Skill(0.4, 0.6, 0.97, 0));
    assertThatThrownBy(
            () ->
                fixture
                    .ladder(bench)
                    .decide(LadderFixture.request(tooLong, PLAIN), fixture.at("a"), s -> {}))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_TASK);
              assertThat(e).hasMessageContaining("(test-0). Correct").hasMessageNotContaining("..");
            });
    assertThat(bench.asked).isZero();
  }
}
