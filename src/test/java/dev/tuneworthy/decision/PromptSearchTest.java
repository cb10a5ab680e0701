package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.FakeBench.Skill;
import dev.tuneworthy.prompting.PromptFile;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search among prompts and among adapters, on a fake model whose skill depends on both. */
class PromptSearchTest {
  private static final String MANY_REQUESTS = "traffic: {requestsPerMonth: 1000000000}";
  private static final Task TASK = LadderFixture.task(150);

  @TempDir Path folder;
  private LadderFixture fixture = new LadderFixture(Path.of(""));

  @BeforeEach
  void standsInTheFolder() {
    fixture = new LadderFixture(folder);
  }

  @Test
  void choosesTheWordingThatDoesBestOnDevForAllPrompts() {
    Task worded =
        new Task(
            TASK.name(),
            TASK.instruction(),
            List.of(TASK.instruction(), "Decide precisely: {choices}.", "{choices}? Guess."),
            TASK.choices(),
            TASK.examples(),
            TASK.metric(),
            0,
            TASK.sha256());
    FakeBench bench = new FakeBench(worded, new Skill(0.4, 0.5, 0.97, 0));
    bench.goodWords = "precisely";
    bench.byGoodWords = 0.3;
    DecisionRecord record = decide(bench, LadderFixture.request(worded, LadderFixture.PLAIN));
    assertThat(search(record, "promptSearch").get("instruction")).isEqualTo(2);
    assertThat(onTest(record))
        .filteredOn(id -> !id.startsWith("lora"))
        .allMatch(id -> id.contains("instruction=2"));
    Map<String, String> results = results(record, "promptSearch");
    assertThat(results.get("zero-shot")).matches("halved: wording .*|worse than .*|not the best.*");
    assertThat(results.get("zero-shot(instruction=2)")).isEqualTo("kept");
    PromptFile prompt = PromptFile.read(fixture.at("a").resolve("prompt.json"));
    assertThat(prompt.messages().get(0)).isEqualTo(Turn.system("Decide precisely: no, yes."));
  }

  @Test
  void dropsWhoCannotWinAndSaysWhyAndHowManyItemsItWasAsked() {
    FakeBench bench = new FakeBench(TASK, new Skill(0.4, 0.0, 0.97, 0));
    bench.byShots = shots -> shots == 8 ? 0.95 : shots == 4 ? 0.1 : 0;
    DecisionRecord record = decide(bench, LadderFixture.request(TASK, LadderFixture.PLAIN));
    Map<String, String> results = results(record, "promptSearch");
    assertThat(results.get("few-shot(k=4,balanced,seed=10)"))
        .startsWith("worse than few-shot(k=8")
        .contains("gained 0", "e-value");
    assertThat(results.values()).contains("kept").anyMatch(why -> why.startsWith("halved: prompt"));
    assertThat(items(record, "few-shot(k=4,balanced,seed=10)")).isEqualTo(40);
    assertThat(items(record, "zero-shot")).isEqualTo(80);
  }

  @Test
  void showsWhatWasSpentOnPromptsAndOnAdapters() {
    FakeBench bench = new FakeBench(TASK, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRecord record = decide(bench, LadderFixture.request(TASK, LadderFixture.PLAIN));
    Map<?, ?> prompts = (Map<?, ?>) search(record, "promptSearch").get("effort");
    Map<?, ?> adapters = (Map<?, ?>) search(record, "tuneSearch").get("effort");
    assertThat(((Number) prompts.get("items")).longValue()).isGreaterThan(6 * 40);
    assertThat(((Number) prompts.get("tokens")).longValue()).isPositive();
    assertThat(adapters.get("candidates")).isEqualTo(1L);
    assertThat(((Number) adapters.get("items")).longValue()).isEqualTo(80);
    assertThat(((Number) adapters.get("trainedExamples")).longValue()).isEqualTo(60);
    assertThat(((Number) adapters.get("trainedTokens")).longValue()).isEqualTo(2000);
    assertThat(((Number) adapters.get("tokens")).longValue()).isGreaterThan(2000);
  }

  @Test
  void triesMoreDemonstrationsAsLongAsTheyHelpAndTrainHasThem() {
    FakeBench bench = new FakeBench(TASK, new Skill(0.3, 0.3, 0.97, 0));
    bench.byShots = shots -> shots / 100.0;
    DecisionRecord record = decide(bench, thorough());
    assertThat(results(record, "promptSearch").keySet())
        .anyMatch(id -> id.startsWith("few-shot(k=30,"))
        .anyMatch(id -> id.startsWith("few-shot(k=60,"));
    assertThat(onTest(record)).anyMatch(id -> id.startsWith("few-shot(k=60,"));
  }

  @Test
  void triesNoMoreDemonstrationsWhereFewerDoBetter() {
    FakeBench bench = new FakeBench(TASK, new Skill(0.3, 0.9, 0.97, 0));
    bench.byShots = shots -> -shots / 50.0;
    DecisionRecord record = decide(bench, thorough());
    assertThat(results(record, "promptSearch").keySet()).noneMatch(id -> id.contains("k=30"));
    assertThat(results(record, "promptSearch").keySet())
        .filteredOn(id -> id.startsWith("few-shot(k=4,balanced"))
        .as("five sets in two orders")
        .hasSize(10);
  }

  @Test
  void asksATunedModelWithDemonstrationsTooAndHandsThemOverWhereItWins() {
    FakeBench bench = new FakeBench(TASK, new Skill(0.2, 0.2, 0.7, 0));
    bench.byShots = shots -> shots == 8 ? 0.29 : shots == 4 ? 0.1 : 0;
    DecisionRecord record = decide(bench, thorough());
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.TUNE);
    String recommended = record.recommended().orElseThrow();
    assertThat(recommended)
        .startsWith("lora(r=8,seed=1")
        .endsWith("+few-shot(k=8,balanced,seed=10)");
    Path adapter = fixture.at("a").resolve("adapter");
    assertThat(PromptFile.read(adapter.resolve("prompt.json")).shots()).hasSize(8);
    assertThat(PromptFile.read(adapter.resolve("prompt.json")).candidate()).isEqualTo(recommended);
    assertThat(PeftAdapter.read(adapter).rank()).isEqualTo(8);
    assertThat(record.gates())
        .filteredOn(gate -> gate.gate().equals("retention"))
        .as("retention is that of the adapter below")
        .anyMatch(gate -> gate.candidate().equals(recommended));
    assertThat(results(record, "tuneSearch").values())
        .contains("more demonstrations do better on dev");
  }

  @Test
  void trainsNoFurtherAdapterWhereAMachineIsIdleAnyway() {
    FakeBench bench = new FakeBench(TASK, new Skill(0.4, 0.5, 0.97, 0));
    DecisionRecord record = decide(bench, thorough());
    assertThat(bench.trainings).isEqualTo(2);
    assertThat(results(record, "tuneSearch").values())
        .anyMatch(why -> why.toString().contains("keep one machine busy"));
  }

  @Test
  void trainsOnAnInstructionWithoutTheListAndPrefersItAmongEquals() {
    FakeBench bench = new FakeBench(TASK, new Skill(0.4, 0.5, 0.97, 0));
    DecisionRecord record = decide(bench, thorough(MANY_REQUESTS));
    assertThat(bench.trainings).isEqualTo(3);
    assertThat(record.recommended().orElseThrow()).matches("lora\\(r=8,seed=1[12]\\)\\+no-list");
    PromptFile prompt = PromptFile.read(fixture.at("a").resolve("adapter").resolve("prompt.json"));
    assertThat(prompt.messages())
        .containsExactly(Turn.system("Say yes or no. Answer with one of."));
    assertThat(prompt.choices()).containsExactly("no", "yes");
  }

  @Test
  void quickDoesNeither() {
    FakeBench bench = new FakeBench(TASK, new Skill(0.4, 0.5, 0.97, 0));
    DecisionRecord record = decide(bench, LadderFixture.request(TASK, LadderFixture.PLAIN));
    assertThat(bench.trainings).isEqualTo(1);
    assertThat(results(record, "tuneSearch")).hasSize(1);
  }

  private DecisionRecord decide(FakeBench bench, DecisionRequest request) {
    return fixture.ladder(bench).decide(request, fixture.at("a"), step -> {});
  }

  private static DecisionRequest thorough() {
    return thorough(LadderFixture.PLAIN);
  }

  private static DecisionRequest thorough(String policy) {
    return LadderFixture.thorough(LadderFixture.request(TASK, policy));
  }

  private static List<String> onTest(DecisionRecord record) {
    return record.candidates().stream()
        .filter(candidate -> candidate.split().equals("test"))
        .map(DecisionRecord.CandidatePart::id)
        .toList();
  }

  private static Map<?, ?> search(DecisionRecord record, String name) {
    return (Map<?, ?>) record.provenance().get(name);
  }

  private static List<Map<?, ?>> lines(DecisionRecord record, String name) {
    return ((List<?>) search(record, name).get("candidates"))
        .stream().<Map<?, ?>>map(line -> (Map<?, ?>) line).toList();
  }

  private static Map<String, String> results(DecisionRecord record, String name) {
    return lines(record, name).stream()
        .collect(
            Collectors.toMap(
                line -> (String) line.get("candidate"), line -> (String) line.get("result")));
  }

  private static int items(DecisionRecord record, String candidate) {
    return lines(record, "promptSearch").stream()
        .filter(line -> line.get("candidate").equals(candidate))
        .mapToInt(line -> (Integer) line.get("items"))
        .sum();
  }
}
