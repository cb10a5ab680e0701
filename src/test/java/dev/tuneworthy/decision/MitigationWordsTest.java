package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.DecisionRecord.MitigationTry;
import dev.tuneworthy.decision.MitigationChoice.Means;
import dev.tuneworthy.retention.Tally;
import dev.tuneworthy.tuning.TuningPlan;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The front, and shrinkage at matched quality. */
class MitigationWordsTest {
  @Test
  void shrinkageIsReadBetweenTheShrunkCandidatesOnBothSides() {
    MitigationWords words =
        new MitigationWords(
            List.of(
                tried("plain", Means.PLAIN, 0.90, 30),
                tried("half", Means.DIAL, 0.70, 10),
                tried("replay", Means.REPLAY, 0.85, 2)));
    assertThat(words.shrinkageAt(0.85).orElseThrow()).isCloseTo(0.25, within(1e-9));
    assertThat(words.shrinkageAt(0.70).orElseThrow()).isCloseTo(0.10, within(1e-9));
    assertThat(words.shrinkageAt(0.95)).as("nobody shrunk is that good").isEmpty();
    assertThat(words.shrinkageAt(0.60)).isEmpty();
  }

  @Test
  void theFrontHoldsWhatNobodyBeatsInBoth() {
    List<MitigationTry> parts =
        new MitigationWords(
                List.of(
                    tried("plain", Means.PLAIN, 0.90, 30),
                    tried("half", Means.DIAL, 0.70, 10),
                    tried("replay", Means.REPLAY, 0.88, 2)))
            .parts();
    assertThat(parts).extracting(MitigationTry::front).containsExactly(true, false, true);
    assertThat(parts.get(2).shrinkageDrop().orElseThrow()).isCloseTo(0.28, within(1e-9));
    assertThat(parts.get(1).shrinkageDrop()).as("is shrinkage itself").isEmpty();
  }

  @Test
  void saysSoWhereShrinkingWouldHaveDoneAsWell() {
    MitigationWords words =
        new MitigationWords(
            List.of(
                tried("plain", Means.PLAIN, 0.90, 30),
                tried("half", Means.DIAL, 0.80, 1),
                tried("replay", Means.REPLAY, 0.80, 2)));
    assertThat(words.carried(Optional.of("replay"))).contains("shrinking would have done as well");
    assertThat(words.carried(Optional.of("half"))).contains("nothing more was needed");
    assertThat(words.carried(Optional.empty())).contains("half forgets least");
  }

  private static MitigationTried tried(String id, Means means, double quality, int lost) {
    TreeMap<String, LoraWeights> modules = new TreeMap<>();
    modules.put(
        "model.layers.0.self_attn.q_proj",
        LoraWeights.copyOf(
            1, 1, 1, 2, FloatBuffer.wrap(new float[1]), FloatBuffer.wrap(new float[1])));
    PeftAdapter adapter = new PeftAdapter(1, 2, 0, false, List.of("q_proj"), "fake", modules);
    Tally none = new Tally(100, 80, 0, 0);
    return new MitigationTried(
        new TuneRung.Tuned(
            new FakeBench(LadderFixture.task(30), new FakeBench.Skill(0, 0, 0, 0))
                .candidate(id, adapter, LadderFixture.task(30)),
            adapter,
            TuningPlan.standard(100, 1, true),
            LadderFixture.task(30),
            quality),
        means,
        new RetentionSteering.Drops(none, new Tally(100, 80, lost, 0)));
  }
}
