package dev.tuneworthy.decision;

import dev.tuneworthy.tuning.Mitigation;
import dev.tuneworthy.tuning.Mitigation.KlInputs;
import dev.tuneworthy.tuning.TuningPlan;
import java.util.ArrayList;
import java.util.List;

/** One means against forgetting, and the training that it takes. */
record MitigationChoice(Means means, TuningPlan plan) {
  /** The means by name; {@code shrinks} where it does nothing but move the weights less. */
  enum Means {
    PLAIN("plain", true),
    DIAL("dial", true),
    EARLY_STOP("early stop", true),
    LOW_RATE("low rate", true),
    FEWER_LAYERS("fewer layers", false),
    REPLAY("replay", false),
    KL("KL", false),
    REPLAY_AND_KL("replay and KL", false),
    EWC("EWC", false);

    private final String label;
    private final boolean shrinks;

    Means(String label, boolean shrinks) {
      this.label = label;
      this.shrinks = shrinks;
    }

    String label() {
      return label;
    }

    boolean shrinks() {
      return shrinks;
    }
  }

  private static final double LOW_RATE = 2e-4;
  private static final int LOW_RANK = 4;
  private static final double KL_WEIGHT = 4;
  private static final double REPLAY_SHARE = 0.25;
  private static final double EWC_STRENGTH = 100;

  /**
   * What is worth trying beside the dial, those first that kept the most for their cost where they
   * were compared ({@code bench retention}): being held to the base model, alone and beside replay,
   * then replay, then what merely trains less. A quick decision tries the two that keep the most,
   * and a low rate.
   */
  static List<MitigationChoice> inOrder(Climb climb, TuningPlan plain) {
    boolean general = climb.bench().knowsGeneralPrompts();
    boolean quick = climb.request().quick();
    int half = climb.bench().layers() / 2;
    List<MitigationChoice> all = new ArrayList<>();
    if (general) {
      Mitigation kl = Mitigation.heldToBase(KL_WEIGHT, KlInputs.GENERAL);
      Mitigation replay = Mitigation.replaying(REPLAY_SHARE);
      all.add(new MitigationChoice(Means.KL, plain.with(kl)));
      all.add(new MitigationChoice(Means.REPLAY_AND_KL, plain.with(replay.and(kl))));
      if (!quick) {
        all.add(new MitigationChoice(Means.REPLAY, plain.with(replay)));
      }
    }
    all.add(new MitigationChoice(Means.LOW_RATE, plain.atRate(LOW_RATE).ofRank(LOW_RANK)));
    if (!quick) {
      all.add(new MitigationChoice(Means.EARLY_STOP, plain.with(Mitigation.stoppedEarly())));
    }
    if (!quick && half > 0) {
      all.add(new MitigationChoice(Means.FEWER_LAYERS, plain.fromLayer(half)));
    }
    if (general && !quick) {
      Mitigation ewc = Mitigation.consolidated(EWC_STRENGTH);
      all.add(new MitigationChoice(Means.EWC, plain.with(ewc)));
    }
    return all;
  }
}
