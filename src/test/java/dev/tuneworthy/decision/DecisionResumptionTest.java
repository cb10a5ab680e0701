package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.decision.FakeBench.Skill;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Budget, determinism and going on after an interruption. */
class DecisionResumptionTest {
  private static final ObjectMapper JSON = LadderFixture.JSON;
  private static final String PLAIN = LadderFixture.PLAIN;

  @TempDir Path folder;
  private LadderFixture fixture = new LadderFixture(Path.of(""));

  @BeforeEach
  void standsInTheFolder() {
    fixture = new LadderFixture(folder);
  }

  @Test
  void decidesWithWhatIsKnownWhenTheBudgetIsReached() {
    FakeBench bench = new FakeBench(LadderFixture.task(150), new Skill(0.4, 0.6, 0.97, 0));
    DecisionRecord record =
        fixture
            .ladder(bench)
            .decide(
                LadderFixture.request(LadderFixture.task(150), "budget: {tokens: 20000}"),
                fixture.at("a"),
                s -> {});
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(record.summary()).contains("budget");
    assertThat(record.spent().tokens()).isLessThan(25_000);
    assertThat(record.warnings()).anyMatch(warning -> warning.contains("20,000 tokens"));
  }

  @Test
  void holdsToTheBudgetOfTime() {
    fixture.ticking(2_000);
    DecisionRecord record =
        fixture.decide(
            LadderFixture.task(150), new Skill(0.4, 0.6, 0.97, 0), "budget: {minutes: 3}", "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(record.spent().seconds()).isBetween(60.0, 400.0);
  }

  @Test
  void endsAtTheMoneyForThisMachine() {
    fixture.ticking(200);
    DecisionRecord record =
        fixture.decide(
            LadderFixture.task(150), new Skill(0.4, 0.6, 0.97, 0), "budget: {money: 0.02}", "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(record.summary()).contains("the budget of 0.02 USD");
    assertThat(Double.parseDouble(record.spent().money())).isBetween(0.01, 0.05);
  }

  @Test
  void saysWhatTheNextStepWouldCostWhereTheBudgetLeavesItOpen() {
    DecisionRecord record =
        fixture.decide(
            LadderFixture.task(150), new Skill(0.4, 0.6, 0.97, 0), "budget: {tokens: 20000}", "a");
    DecisionRecord.NextStepPart next = record.nextStep().orElseThrow();
    assertThat(next.limit()).isEqualTo("the budget of 20000 tokens");
    assertThat(next.tokens()).isPositive();
    assertThat(next.seconds()).isPositive();
    assertThat(Double.parseDouble(next.money())).isPositive();
    assertThat(record.summary())
        .contains("The next step would be to finish the rung " + next.rung());
  }

  @Test
  void namesANextStepExactlyWhereTheBudgetLeavesTheVerdictOpen() {
    Skill skill = new Skill(0.97, 0.98, 0.99, 0);
    DecisionRecord whole = fixture.decide(LadderFixture.task(150), skill, PLAIN, "whole");
    assertThat(whole.verdict()).isEqualTo(Verdict.PROMPT);
    assertThat(whole.nextStep()).isEmpty();
    for (int percent : new int[] {30, 60, 80, 90, 95}) {
      long tokens = whole.spent().tokens() * percent / 100;
      DecisionRecord record =
          fixture.decide(
              LadderFixture.task(150), skill, "budget: {tokens: " + tokens + "}", "at" + percent);
      assertThat(record.nextStep().isPresent())
          .as("%d %%: %s", percent, record.summary())
          .isEqualTo(record.verdict() == Verdict.INCONCLUSIVE);
    }
  }

  @Test
  void accountsForWhatACancelledDecisionSpent() {
    FakeBench bench = new FakeBench(LadderFixture.task(150), new Skill(0.4, 0.6, 0.97, 0));
    DecisionRequest request = LadderFixture.request(LadderFixture.task(150), PLAIN);
    DecisionLadder ladder = fixture.ladder(bench);
    assertThatThrownBy(
            () -> ladder.decide(request, fixture.at("a"), new LadderFixture.Interrupting(40)))
        .isInstanceOf(ServiceException.class);

    SpentSoFar then = SpentSoFar.in(fixture.at("a")).orElseThrow();
    assertThat(then.tokens()).isPositive();
    assertThat(Double.parseDouble(then.money())).isPositive();
    assertThat(then.sentence()).contains("tokens").contains("USD");

    DecisionRecord record = ladder.decide(request, fixture.at("a"), step -> {});
    assertThat(SpentSoFar.in(fixture.at("a")).orElseThrow().tokens())
        .isEqualTo(record.spent().tokens())
        .isGreaterThan(then.tokens());
  }

  @Test
  void givesTheSameRecordAgainApartFromTimes() throws IOException {
    Skill skill = new Skill(0.4, 0.6, 0.97, 0.1);
    DecisionRecord first = fixture.decide(LadderFixture.task(150), skill, PLAIN, "a");
    fixture.ticking(1.37);
    DecisionRecord second = fixture.decide(LadderFixture.task(150), skill, PLAIN, "b");
    assertThat(first.id()).isEqualTo(second.id());
    assertThat(LadderFixture.timeless(fixture.at("a")))
        .isEqualTo(LadderFixture.timeless(fixture.at("b")));
    assertThat(JSON.readTree(fixture.at("a").resolve("decision.json").toFile()))
        .isNotEqualTo(JSON.readTree(fixture.at("b").resolve("decision.json").toFile()));
    for (String name : List.of("prompt.json", "outcomes.jsonl", "adapter/adapter_config.json")) {
      assertThat(fixture.at("a").resolve(name))
          .hasSameTextualContentAs(fixture.at("b").resolve(name));
    }
  }

  @Test
  void anotherSeedIsAnotherDecision() {
    Task task = LadderFixture.task(40);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRequest one = LadderFixture.request(task, PLAIN);
    DecisionRequest two =
        new DecisionRequest(
            task, one.policy(), one.suites(), "fake", Optional.empty(), 2, one.quick());
    String first = fixture.ladder(bench).decide(one, fixture.at("a"), s -> {}).id();
    assertThat(fixture.ladder(bench).decide(two, fixture.at("b"), s -> {}).id())
        .isNotEqualTo(first);
  }

  @Test
  void goesOnAfterEveryInterruptionWithoutDoingAnythingTwice() throws IOException {
    Skill skill = new Skill(0.4, 0.6, 0.97, 0.1);
    Task task = LadderFixture.task(150);
    FakeBench whole = new FakeBench(task, skill);
    fixture.ladder(whole).decide(LadderFixture.request(task, PLAIN), fixture.at("whole"), s -> {});

    FakeBench broken = new FakeBench(task, skill);
    int interruptions = 0;
    boolean finished = false;
    while (!finished) {
      LadderFixture.Interrupting progress = new LadderFixture.Interrupting(5 + 5 * interruptions);
      try {
        fixture
            .ladder(broken, "shared-2")
            .decide(LadderFixture.request(task, PLAIN), fixture.at("broken"), progress);
        finished = true;
      } catch (ServiceException cancelled) {
        assertThat(cancelled.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(++interruptions).isLessThan(200);
      }
    }
    assertThat(interruptions).isGreaterThan(5);
    assertThat(LadderFixture.timeless(fixture.at("broken")))
        .isEqualTo(LadderFixture.timeless(fixture.at("whole")));
    // Timing one candidate is a piece that starts anew; everything else is asked once.
    assertThat(broken.asked).isLessThan(whole.asked + 4 * 90);
  }

  @Test
  void returnsAFinishedDecisionAtOnce() {
    Task task = LadderFixture.task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    DecisionRecord first =
        fixture.ladder(bench).decide(LadderFixture.request(task, PLAIN), fixture.at("a"), s -> {});
    int asked = bench.asked;
    DecisionRecord again =
        fixture.ladder(bench).decide(LadderFixture.request(task, PLAIN), fixture.at("a"), s -> {});
    assertThat(bench.asked).isEqualTo(asked);
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.candidates()).isEqualTo(first.candidates());
  }

  @Test
  void measuresTheBaseModelOnceForAllDecisions() {
    Task task = LadderFixture.task(60);
    FakeBench bench = new FakeBench(task, new Skill(0.4, 0.6, 0.97, 0));
    fixture.ladder(bench).decide(LadderFixture.request(task, PLAIN), fixture.at("a"), s -> {});
    int first = bench.asked;
    fixture.ladder(bench).decide(LadderFixture.request(task, PLAIN), fixture.at("b"), s -> {});
    assertThat(bench.asked - first).isEqualTo(first - LadderFixture.TEST_ITEMS);
  }
}
