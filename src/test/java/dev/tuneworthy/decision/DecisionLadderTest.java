package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.DecisionRecord.RungPart;
import dev.tuneworthy.decision.FakeBench.Skill;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.JsonlOutcomes;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.PolicyReader;
import dev.tuneworthy.prompting.PromptFile;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.suite.AnswerCheck;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.GenerateForm;
import dev.tuneworthy.suite.SuiteItem;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionLadderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Machine MACHINE = new Machine(2, "2 vCPU", "test", "17");
  private static final String OWN =
      "prices: {models: {fake: {hourly: 0.9, utilisation: 0.5, minimumReplicas: 1,"
          + " requestsPerSecond: measured, hardware: '2 vCPU'}}}, ";
  private static final String PLAIN = "privacy: {remoteExamples: false}";

  @TempDir Path folder;
  private double millisATick = 1;

  @Test
  void recommendsAPromptThatDoes() {
    Task task = task(400);
    DecisionRecord record = decide(task, new Skill(0.5, 0.96, 0.965, 0), PLAIN, "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.PROMPT);
    assertThat(record.recommended().orElseThrow()).startsWith("few-shot(");
    PromptFile prompt = PromptFile.read(folder.resolve("a").resolve("prompt.json"));
    assertThat(prompt.candidate()).isEqualTo(record.recommended().orElseThrow());
    assertThat(prompt.shots()).isNotEmpty();
    assertThat(Files.exists(folder.resolve("a").resolve("adapter"))).isTrue();
  }

  @Test
  void skipsTuningThatCannotGainWhatIsWorthwhile() {
    Task task = task(300);
    DecisionRecord record =
        decide(task, new Skill(0.5, 1, 1, 0), "quality: {minimum: 0.8, worthwhile: 0.2}", "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.PROMPT);
    assertThat(rung(record, "tune").status()).isEqualTo("skipped");
    assertThat(rung(record, "tune").reason()).contains("perfect tuned model");
    assertThat(rung(record, "retention").status()).isEqualTo("skipped");
    assertThat(Files.exists(folder.resolve("a").resolve("adapter"))).isFalse();
    assertThat(record.retention()).isEmpty();
  }

  @Test
  void recommendsTuningThatIsWorthIt() {
    Task task = task(150);
    DecisionRecord record = decide(task, new Skill(0.4, 0.6, 0.97, 0), PLAIN, "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.TUNE);
    assertThat(record.recommended()).contains("lora(r=8,seed=11)");
    assertThat(record.retention().orElseThrow().candidate()).isEqualTo("lora(r=8,seed=11)");
    Path adapter = folder.resolve("a").resolve("adapter");
    assertThat(PeftAdapter.read(adapter).rank()).isEqualTo(8);
    assertThat(PromptFile.read(adapter.resolve("prompt.json")).shots()).isEmpty();
  }

  @Test
  void recommendsNothingWhereNothingIsGoodEnough() {
    DecisionRecord record = decide(task(150), new Skill(0.4, 0.5, 0.5, 0), PLAIN, "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.NEITHER);
    assertThat(record.recommended()).isEmpty();
  }

  @Test
  void refusesAnAlwaysOnAdapterThatForgets() {
    DecisionRecord record =
        decide(
            task(150),
            new Skill(0.4, 0.5, 0.97, 0.5),
            "retention: {deployment: shared, pooledMargin: 0.03}",
            "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.NEITHER);
    assertThat(record.retention().orElseThrow().modes().get(0).lostItems()).isNotEmpty();
  }

  @Test
  void doesNotDecideOnTwelveTestExamples() {
    DecisionRecord record = decide(task(12), new Skill(0.4, 0.6, 0.97, 0), PLAIN, "a");
    assertThat(record.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(record.leaning()).isPresent();
    assertThat(record.moreExamples().orElseThrow().testExamples()).isGreaterThanOrEqualTo(18);
    assertThat(record.summary()).contains("further test examples");
  }

  @Test
  void decidesWithWhatIsKnownWhenTheBudgetIsReached() {
    FakeBench bench = new FakeBench(task(150), new Skill(0.4, 0.6, 0.97, 0));
    DecisionRecord record =
        ladder(bench).decide(request(task(150), "budget: {tokens: 20000}"), at("a"), s -> {});
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(record.summary()).contains("budget");
    assertThat(record.spent().tokens()).isLessThan(25_000);
    assertThat(record.warnings()).anyMatch(warning -> warning.contains("20,000 tokens"));
  }

  @Test
  void holdsToTheBudgetOfTime() {
    millisATick = 2_000;
    DecisionRecord record =
        decide(task(150), new Skill(0.4, 0.6, 0.97, 0), "budget: {minutes: 3}", "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(record.spent().seconds()).isBetween(60.0, 400.0);
  }

  @Test
  void givesTheSameRecordAgainApartFromTimes() throws IOException {
    Skill skill = new Skill(0.4, 0.6, 0.97, 0.1);
    DecisionRecord first = decide(task(150), skill, OWN + PLAIN, "a");
    millisATick = 1.37;
    DecisionRecord second = decide(task(150), skill, OWN + PLAIN, "b");
    assertThat(first.id()).isEqualTo(second.id());
    assertThat(timeless(at("a"))).isEqualTo(timeless(at("b")));
    assertThat(JSON.readTree(at("a").resolve("decision.json").toFile()))
        .isNotEqualTo(JSON.readTree(at("b").resolve("decision.json").toFile()));
    for (String name : List.of("prompt.json", "outcomes.jsonl", "adapter/adapter_config.json")) {
      assertThat(at("a").resolve(name)).hasSameTextualContentAs(at("b").resolve(name));
    }
  }

  @Test
  void anotherSeedIsAnotherDecision() {
    Task task = task(40);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRequest one = request(task, PLAIN);
    DecisionRequest two =
        new DecisionRequest(
            task, one.policy(), one.suites(), "fake", Optional.empty(), 2, one.quick());
    String first = ladder(bench).decide(one, at("a"), s -> {}).id();
    assertThat(ladder(bench).decide(two, at("b"), s -> {}).id()).isNotEqualTo(first);
  }

  @Test
  void goesOnAfterEveryInterruptionWithoutDoingAnythingTwice() throws IOException {
    Skill skill = new Skill(0.4, 0.6, 0.97, 0.1);
    Task task = task(150);
    FakeBench whole = new FakeBench(task, skill);
    ladder(whole).decide(request(task, PLAIN), at("whole"), s -> {});

    FakeBench broken = new FakeBench(task, skill);
    int interruptions = 0;
    boolean finished = false;
    while (!finished) {
      Interrupting progress = new Interrupting(5 + 5 * interruptions);
      try {
        ladder(broken, "shared-2").decide(request(task, PLAIN), at("broken"), progress);
        finished = true;
      } catch (ServiceException cancelled) {
        assertThat(cancelled.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(++interruptions).isLessThan(200);
      }
    }
    assertThat(interruptions).isGreaterThan(5);
    assertThat(timeless(at("broken"))).isEqualTo(timeless(at("whole")));
    // Timing one candidate is a piece that starts anew; everything else is asked once.
    assertThat(broken.asked).isLessThan(whole.asked + 4 * 90);
  }

  @Test
  void returnsAFinishedDecisionAtOnce() {
    Task task = task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRecord first = ladder(bench).decide(request(task, PLAIN), at("a"), s -> {});
    int asked = bench.asked;
    DecisionRecord again = ladder(bench).decide(request(task, PLAIN), at("a"), s -> {});
    assertThat(bench.asked).isEqualTo(asked);
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.candidates()).isEqualTo(first.candidates());
  }

  @Test
  void measuresTheBaseModelOnceForAllDecisions() {
    Task task = task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    ladder(bench).decide(request(task, PLAIN), at("a"), s -> {});
    int first = bench.asked;
    ladder(bench).decide(request(task, PLAIN), at("b"), s -> {});
    assertThat(bench.asked - first).isEqualTo(first - suite().items().size());
  }

  @Test
  void climbsInOrderAndSaysWhatEachRungDid() {
    List<String> reported = new ArrayList<>();
    Task task = task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRecord record =
        ladder(bench).decide(request(task, PLAIN), at("a"), step -> reported.add(step.rung()));
    assertThat(record.rungs())
        .extracting(RungPart::rung)
        .containsExactly("check", "forecast", "prompt", "tune", "retention", "confirm", "decide");
    assertThat(record.rungs()).allSatisfy(rung -> assertThat(rung.reason()).isNotBlank());
    assertThat(reported).contains("prompt", "tune", "retention", "confirm", "latency");
    assertThat(record.rungs().stream().mapToLong(RungPart::tokens).sum())
        .isEqualTo(record.spent().tokens());
  }

  @Test
  void confirmsEveryFinalistOnTheSameTestExamples() {
    DecisionRecord record = decide(task(60), new Skill(0.4, 0.6, 0.97, 0), PLAIN, "a");
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
    List<Trial> outcomes = JsonlOutcomes.read(at("a").resolve("outcomes.jsonl"));
    assertThat(outcomes.stream().filter(t -> t.split() == Split.TEST)).hasSize(3);
    assertThat(outcomes).hasSameSizeAs(record.candidates());
  }

  @Test
  void writesARecordThatFitsThePublishedSchema() throws IOException {
    decide(task(60), new Skill(0.4, 0.6, 0.97, 0.1), OWN + PLAIN, "a");
    JsonNode written = JSON.readTree(at("a").resolve("decision.json").toFile());
    assertThat(
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(DecisionLadderTest.class.getResourceAsStream("/schemas/decision.json"))
                .validate(written))
        .isEmpty();
  }

  @Test
  void sendsNoExampleToARemoteModelUnlessThePolicyAllowsIt() {
    Task task = task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRequest local = request(task, PLAIN);
    DecisionRequest remote =
        new DecisionRequest(
            task,
            local.policy(),
            local.suites(),
            "fake",
            Optional.of(new RemoteModelSpec("openai", "m")),
            1,
            true);
    assertThatThrownBy(() -> ladder(bench).decide(remote, at("a"), s -> {}))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PRIVACY));
    assertThat(bench.opened).isZero();
    assertThat(at("a")).doesNotExist();
  }

  @Test
  void asksAllInGenerateModeWhereTheRemoteModelGivesNoLikelihoods() {
    Task task = task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.9, 0.97, 0));
    DecisionRequest local = request(task, "privacy: {remoteExamples: true}");
    DecisionRequest remote =
        new DecisionRequest(
            task,
            local.policy(),
            local.suites(),
            "fake",
            Optional.of(new RemoteModelSpec("openai", "m")),
            1,
            true);
    DecisionRecord record = ladder(bench).decide(remote, at("a"), s -> {});
    assertThat(record.candidates()).allMatch(c -> c.mode().equals("generate"));
    assertThat(record.models()).hasSize(2);
    assertThat(record.candidates().stream().filter(c -> c.approach().equals("lora")))
        .allMatch(c -> c.model().equals("fake"));
    assertThat(record.warnings()).anyMatch(w -> w.contains("no price for m"));
  }

  @Test
  void refusesExamplesThatDoNotFitTheModel() {
    Task task = task(60);
    List<Example> test = new ArrayList<>(task.split(Split.TEST));
    test.set(0, Example.of("test-0", "word ".repeat(3000).strip(), "yes"));
    Task tooLong = task(task.split(Split.TRAIN), task.split(Split.DEV), test);
    FakeBench bench = new FakeBench(tooLong, new Skill(0.4, 0.6, 0.97, 0));
    assertThatThrownBy(() -> ladder(bench).decide(request(tooLong, PLAIN), at("a"), s -> {}))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_TASK));
    assertThat(bench.asked).isZero();
  }

  private DecisionRecord decide(Task task, Skill skill, String policy, String name) {
    return ladder(new FakeBench(task, skill), "shared-" + name)
        .decide(request(task, policy), at(name), s -> {});
  }

  private Path at(String name) {
    return folder.resolve(name);
  }

  private DecisionLadder ladder(FakeBench bench) {
    return ladder(bench, "shared");
  }

  private DecisionLadder ladder(FakeBench bench, String shared) {
    AtomicLong nanos = new AtomicLong();
    double tick = millisATick;
    return new DecisionLadder(
        bench.opener(),
        spec ->
            new PromptModel(
                new ModelRef(spec.model(), "cd".repeat(32), "remote"),
                spec.provider() + ":" + spec.model(),
                () -> new RemoteFake(bench.base())),
        folder.resolve(shared),
        MACHINE,
        () -> nanos.addAndGet((long) (tick * 1e6)));
  }

  private static DecisionRequest request(Task task, String policy) {
    String quality = policy.contains("quality:") ? "" : "quality: {minimum: 0.8}, ";
    return new DecisionRequest(
        task,
        PolicyReader.parse(
            "{name: p, traffic: {requestsPerMonth: 1000}, " + quality + withPrices(policy) + "}",
            "p.yaml"),
        List.of(suite()),
        "fake",
        Optional.empty(),
        1,
        true);
  }

  private static String withPrices(String policy) {
    return policy.contains("prices:") ? policy : OWN + policy;
  }

  private static BaselineSuite suite() {
    List<SuiteItem> items = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      AnswerCheck check =
          new AnswerCheck(
              List.of("paris"),
              List.of(),
              List.of(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              false,
              List.of(),
              Optional.empty(),
              false);
      items.add(
          new SuiteItem(
              "i" + i,
              "facts",
              "test",
              "written",
              Optional.empty(),
              Optional.of(new GenerateForm("What is the capital, number " + i + "?", check))));
    }
    return new BaselineSuite("small", items, "ef".repeat(32));
  }

  private static Task task(int test) {
    Random random = new Random(7);
    return task(
        examples("train", 60, random), examples("dev", 80, random), examples("test", test, random));
  }

  private static Task task(List<Example> train, List<Example> dev, List<Example> test) {
    return new Task(
        "flags",
        "Say yes or no. Answer with one of: {choices}.",
        List.of("no", "yes"),
        Map.of(Split.TRAIN, train, Split.DEV, dev, Split.TEST, test),
        Metric.ACCURACY,
        "12".repeat(30) + String.format("%04d", test.size()));
  }

  private static List<Example> examples(String split, int n, Random random) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < 24; c++) {
        text.append(c % 6 == 5 ? ' ' : (char) ('a' + random.nextInt(26)));
      }
      examples.add(Example.of(split + "-" + i, text.toString(), i % 2 == 0 ? "yes" : "no"));
    }
    return examples;
  }

  private static RungPart rung(DecisionRecord record, String name) {
    return record.rungs().stream()
        .filter(part -> part.rung().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The record without what it says depends on the clock. */
  private static JsonNode timeless(Path decision) throws IOException {
    JsonNode record = JSON.readTree(decision.resolve("decision.json").toFile());
    List<String> pointers = new ArrayList<>();
    record.at("/provenance/timeDerived").forEach(node -> pointers.add(node.asText()));
    Set<String> seen = new HashSet<>();
    for (String text : pointers) {
      JsonPointer pointer = JsonPointer.compile(text);
      JsonNode parent = record.at(pointer.head());
      assertThat(seen.add(text)).isTrue();
      assertThat(record.at(pointer).isMissingNode()).as(text).isFalse();
      if (parent instanceof ObjectNode object) {
        object.putNull(pointer.last().getMatchingProperty());
      } else {
        ((ArrayNode) parent).setNull(pointer.last().getMatchingIndex());
      }
    }
    return record;
  }

  /** Cancels after some steps. */
  private static final class Interrupting implements Progress {
    private int left;

    Interrupting(int steps) {
      this.left = steps;
    }

    @Override
    public void report(Step step) {
      if (left-- <= 0) {
        throw new ServiceException(ErrorCode.CANCELLED, "cancelled by the test");
      }
    }
  }
}
