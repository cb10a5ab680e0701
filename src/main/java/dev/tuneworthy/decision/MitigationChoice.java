package dev.tuneworthy.decision;

import dev.tuneworthy.tuning.Mitigation;
import dev.tuneworthy.tuning.Mitigation.KlInputs;
import dev.tuneworthy.tuning.TuningPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One means against forgetting: a dial on the adapter that is there, or another training.
 *
 * @param dial share of the plain adapter; empty for a training
 * @param plan of the training; the plain one's for a dial
 */
record MitigationChoice(Means means, Optional<Double> dial, TuningPlan plan) {
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
  private static final double KL_WEIGHT = 0.01;
  private static final double EWC_STRENGTH = 100;

  /**
   * What is worth trying, cheapest first: the dial costs no training, then what trains less, then
   * what trains on more. A quick decision tries the dial, a low rate and replay.
   */
  static List<MitigationChoice> inOrder(Climb climb, TuningPlan plain) {
    boolean general = climb.bench().knowsGeneralPrompts();
    boolean quick = climb.request().quick();
    List<MitigationChoice> all = new ArrayList<>();
    for (double dial : new double[] {0.75, 0.5, 0.25}) {
      all.add(new MitigationChoice(Means.DIAL, Optional.of(dial), plain));
    }
    int half = climb.bench().layers() / 2;
    if (!quick && half > 0) {
      all.add(trained(Means.FEWER_LAYERS, plain.fromLayer(half)));
    }
    all.add(trained(Means.LOW_RATE, plain.atRate(LOW_RATE).ofRank(LOW_RANK)));
    if (!quick) {
      all.add(trained(Means.EARLY_STOP, plain.with(Mitigation.stoppedEarly())));
    }
    if (general) {
      all.add(trained(Means.REPLAY, plain.with(Mitigation.replaying(0.10))));
      all.add(trained(Means.REPLAY, plain.with(Mitigation.replaying(0.25))));
    }
    if (general && !quick) {
      Mitigation kl = Mitigation.heldToBase(KL_WEIGHT, KlInputs.GENERAL);
      all.add(trained(Means.KL, plain.with(kl)));
      all.add(trained(Means.REPLAY_AND_KL, plain.with(Mitigation.replaying(0.25)).with(kl)));
      all.add(trained(Means.EWC, plain.with(Mitigation.consolidated(EWC_STRENGTH))));
    }
    return all;
  }

  private static MitigationChoice trained(Means means, TuningPlan plan) {
    return new MitigationChoice(means, Optional.empty(), plan);
  }
}
