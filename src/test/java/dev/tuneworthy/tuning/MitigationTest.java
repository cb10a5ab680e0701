package dev.tuneworthy.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.tuning.Mitigation.KlInputs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plan says about keeping what the model knew. */
class MitigationTest {
  private static final TuningPlan PLAIN = new TuningPlan(8, 16, 1e-3, 3, 8, 0.05, 1, 2, 1);

  @Test
  void theIdOfACandidateNamesEveryPart() {
    assertThat(PLAIN.id()).isEqualTo("lora(r=8,seed=1)");
    assertThat(PLAIN.with(Mitigation.replaying(0.1)).id())
        .isEqualTo("lora(r=8,seed=1)+replay(10%)");
    assertThat(PLAIN.with(Mitigation.replaying(0.025)).id())
        .isEqualTo("lora(r=8,seed=1)+replay(2.5%)");
    assertThat(PLAIN.with(Mitigation.heldToBase(0.001, KlInputs.TASK)).id())
        .isEqualTo("lora(r=8,seed=1)+kl(0.001,task)");
    assertThat(PLAIN.with(Mitigation.consolidated(1e4)).id())
        .isEqualTo("lora(r=8,seed=1)+ewc(10000)");
    assertThat(PLAIN.with(Mitigation.stoppedEarly()).id()).isEqualTo("lora(r=8,seed=1)+early-stop");
    assertThat(PLAIN.atRate(2e-4).ofRank(4).fromLayer(15).id())
        .isEqualTo("lora(r=4,lr=0.0002,from-layer=15,seed=1)");
  }

  @Test
  void mitigationsCombine() {
    TuningPlan both =
        PLAIN.with(Mitigation.replaying(0.1)).with(Mitigation.heldToBase(0.01, KlInputs.GENERAL));
    assertThat(both.id()).isEqualTo("lora(r=8,seed=1)+replay(10%)+kl(0.01,general)");
    assertThat(both.with(Mitigation.replaying(0.25)).mitigation().generalShare()).isEqualTo(0.25);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.009, 0.26, 1, -0.1, Double.NaN})
  void aReplayShareOutsideOneToTwentyFivePercentIsRefused(double share) {
    assertThatThrownBy(() -> Mitigation.replaying(share))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(share));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void weightsAndStrengthsArePositive(double value) {
    assertThatThrownBy(() -> Mitigation.heldToBase(value, KlInputs.TASK))
        .hasMessageContaining(String.valueOf(value));
    assertThatThrownBy(() -> Mitigation.consolidated(value))
        .hasMessageContaining(String.valueOf(value));
  }

  @Test
  void replayedAndWeighingPromptsNeverMeet() {
    List<String> chats = IntStream.range(0, 31).mapToObj(i -> "prompt " + i).toList();
    GeneralPrompts prompts = new GeneralPrompts(chats, Path.of("unused"));
    List<String> all = new ArrayList<>(prompts.replayed());
    all.addAll(prompts.weighing());
    assertThat(all).containsExactlyInAnyOrderElementsOf(chats).doesNotHaveDuplicates();
    assertThat(prompts.weighing()).hasSize(10);
  }

  @Test
  void tooFewOrBlankGeneralPromptsAreRefused() {
    assertThatThrownBy(() -> new GeneralPrompts(List.of("one"), Path.of("unused")))
        .hasMessageContaining("not 1");
    List<String> blank = new ArrayList<>(IntStream.range(0, 20).mapToObj(i -> "p" + i).toList());
    blank.set(3, " ");
    assertThatThrownBy(() -> new GeneralPrompts(blank, Path.of("unused")))
        .hasMessageContaining("blank");
  }
}
