package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.DecisionRecord.GatePart;
import dev.tuneworthy.decision.DecisionRecord.MitigationPart;
import dev.tuneworthy.decision.DecisionRecord.MitigationTry;
import dev.tuneworthy.decision.FakeBench.Skill;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ladder does where a tuned model forgets too much. */
class MitigateRungTest {
  private static final Skill FORGETFUL = new Skill(0.4, 0.5, 0.97, 0.5);
  private static final String SHARED = "retention: {deployment: shared}";

  @TempDir Path folder;
  private LadderFixture fixture;
  private final Task task = LadderFixture.task(150);

  @BeforeEach
  void fresh() {
    fixture = new LadderFixture(folder);
  }

  @Test
  void theFirstMeansThatPassesTheGateIsRecommended() {
    DecisionRecord record = decide(FORGETFUL, SHARED, true);
    MitigationPart part = record.mitigation().orElseThrow();
    String kept = part.kept().orElseThrow();
    assertThat(kept).contains("+kl(4,general)");
    assertThat(record.verdict()).isEqualTo(Verdict.TUNE);
    assertThat(record.recommended()).contains(kept);
    assertThat(record.retention().orElseThrow().candidate()).isEqualTo(kept);
    assertThat(part.tried())
        .extracting(MitigationTry::means)
        .containsExactly("plain", "dial", "dial", "dial", "KL");
    assertThat(part.tried())
        .extracting(MitigationTry::gate)
        .containsExactly("FAIL", "not tested", "not tested", "not tested", "PASS");
    assertThat(part.carried())
        .startsWith("KL carried: " + kept)
        .contains("Plain shrinkage at the same quality loses about");
  }

  @Test
  void thePlainAdapterStaysInTheRecordWithTheGateThatItFailed() {
    DecisionRecord record = decide(FORGETFUL, SHARED, true);
    assertThat(record.gates())
        .filteredOn(gate -> gate.gate().equals("retention"))
        .filteredOn(gate -> gate.candidate().startsWith("lora"))
        .extracting(GatePart::status)
        .containsExactlyInAnyOrder("FAIL", "PASS");
  }

  @Test
  void theAdapterThatIsHandedOverIsTheOneThatPassed() {
    DecisionRecord record = decide(FORGETFUL, SHARED, true);
    PeftAdapter adapter = PeftAdapter.read(fixture.at("a").resolve(DecisionFolder.ADAPTER));
    float held = adapter.modules().get(adapter.modules().firstKey()).a().get(1);
    assertThat(held).isEqualTo(1);
    assertThat(record.provenance().get("hashes").toString()).contains(adapter.sha256());
  }

  @Test
  void theRecordSaysHowFarTheAdapterThatPassedMovesTheModelElsewhere() {
    Drift drift = decide(FORGETFUL, SHARED, true).retention().orElseThrow().drift().orElseThrow();
    assertThat(drift.klToBase()).hasValue(0.08);
    assertThat(drift.bitsAfter()).as("a quick decision reads no prose").isEmpty();
  }

  @Test
  void saysThatNothingCarriedWhereNothingHelps() {
    DecisionRecord record = decide(FORGETFUL, SHARED, false);
    MitigationPart part = record.mitigation().orElseThrow();
    assertThat(part.kept()).isEmpty();
    assertThat(part.carried()).startsWith("Nothing carried: of 8 candidates none passes");
    assertThat(record.verdict()).isEqualTo(Verdict.NEITHER);
  }

  @Test
  void endsWithTheFirstThatTheGateLeavesOpen() {
    FakeBench bench = new FakeBench(task, FORGETFUL);
    bench.replays = true;
    bench.heldForgets = 0.068; // four test items of 200, none of dev
    DecisionRecord record =
        fixture
            .ladder(bench, "shared-a")
            .decide(LadderFixture.request(task, SHARED), fixture.at("a"), s -> {});
    MitigationPart part = record.mitigation().orElseThrow();
    assertThat(part.tried())
        .extracting(MitigationTry::means)
        .containsExactly("plain", "dial", "dial", "dial", "KL");
    assertThat(part.tried())
        .extracting(MitigationTry::gate)
        .endsWith("UNKNOWN")
        .doesNotContain("PASS");
    assertThat(part.carried())
        .startsWith("KL came closest: " + part.kept().orElseThrow() + " leaves the retention gate");
    assertThat(record.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void isSkippedWhereTheGateDoesNotFail() {
    DecisionRecord record = decide(new Skill(0.4, 0.5, 0.97, 0), SHARED, true);
    assertThat(record.mitigation()).isEmpty();
    assertThat(LadderFixture.rung(record, "mitigate").status()).isEqualTo("skipped");
    assertThat(LadderFixture.rung(record, "mitigate").reason()).contains("does not fail");
  }

  @Test
  void givesTheSameRecordAfterAnInterruption() throws Exception {
    decide(FORGETFUL, SHARED, true);
    FakeBench bench = new FakeBench(task, FORGETFUL);
    bench.replays = true;
    DecisionRequest request = LadderFixture.request(task, SHARED);
    Path interrupted = fixture.at("interrupted");
    int cuts = 0;
    for (int steps = 40; steps < 400 && cuts < 6; steps += 40) {
      try {
        fixture
            .ladder(bench, "shared-interrupted")
            .decide(request, interrupted, new LadderFixture.Interrupting(steps));
        break;
      } catch (ServiceException cut) {
        cuts++;
      }
    }
    fixture.ladder(bench, "shared-interrupted").decide(request, interrupted, s -> {});
    assertThat(cuts).isPositive();
    assertThat(LadderFixture.timeless(interrupted))
        .isEqualTo(LadderFixture.timeless(fixture.at("a")));
  }

  private DecisionRecord decide(Skill skill, String policy, boolean replays) {
    FakeBench bench = new FakeBench(task, skill);
    bench.replays = replays;
    return fixture
        .ladder(bench, "shared-a")
        .decide(LadderFixture.request(task, policy), fixture.at("a"), s -> {});
  }
}
