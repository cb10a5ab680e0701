package dev.tuneworthy.tuning;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * What a training does so that the model keeps what it knew. Every part is optional and they
 * combine.
 *
 * @param replay general prompts with the base model's own answers among the examples
 * @param kl a pull towards what the base model would say
 * @param consolidation a price on moving the weights that general answers depend on
 * @param earlyStop whether every checkpoint competes, and only those that hold retention
 */
public record Mitigation(
    Optional<Replay> replay,
    Optional<KlToBase> kl,
    Optional<Consolidation> consolidation,
    boolean earlyStop) {
  /** Plain training. */
  public static final Mitigation NONE =
      new Mitigation(Optional.empty(), Optional.empty(), Optional.empty(), false);

  /**
   * Replay of general prompts that the base model answered itself (Huang et al. 2024).
   *
   * @param share of all examples of the training, 1 to 25 %
   */
  public record Replay(double share) {
    public Replay {
      if (!(share >= 0.01 && share <= 0.25)) {
        throw new IllegalArgumentException("a replay share lies in [0.01, 0.25], not " + share);
      }
    }
  }

  /** The inputs on which the tuned model is held to the base model. */
  public enum KlInputs {
    /** The training examples, where the answer is. */
    TASK,
    /** General prompts, as in replay; without {@link Replay} nothing else is learned from them. */
    GENERAL
  }

  /**
   * β · mean KL(base ‖ tuned) added to the loss.
   *
   * @param weight β, positive
   */
  public record KlToBase(double weight, KlInputs inputs) {
    /** General prompts among all examples where none are replayed. */
    static final double GENERAL_SHARE = 0.20;

    public KlToBase {
      if (!(weight > 0 && weight <= 100)) {
        throw new IllegalArgumentException("a KL weight lies in (0, 100], not " + weight);
      }
    }
  }

  /**
   * Elastic weight consolidation in full weight space: (λ/2) Σ F (ΔW)² added to the loss
   * (Kirkpatrick et al. 2017).
   *
   * @param strength λ; the Fisher information has mean 1
   */
  public record Consolidation(double strength) {
    public Consolidation {
      if (!(strength > 0 && strength <= 1e8)) {
        throw new IllegalArgumentException(
            "a consolidation strength lies in (0, 1e8], not " + strength);
      }
    }
  }

  public static Mitigation replaying(double share) {
    return new Mitigation(
        Optional.of(new Replay(share)), Optional.empty(), Optional.empty(), false);
  }

  public static Mitigation heldToBase(double weight, KlInputs inputs) {
    return new Mitigation(
        Optional.empty(), Optional.of(new KlToBase(weight, inputs)), Optional.empty(), false);
  }

  public static Mitigation consolidated(double strength) {
    return new Mitigation(
        Optional.empty(), Optional.empty(), Optional.of(new Consolidation(strength)), false);
  }

  public static Mitigation stoppedEarly() {
    return new Mitigation(Optional.empty(), Optional.empty(), Optional.empty(), true);
  }

  /** Both together; where both have a part, the other's. */
  public Mitigation and(Mitigation other) {
    return new Mitigation(
        other.replay.or(() -> replay),
        other.kl.or(() -> kl),
        other.consolidation.or(() -> consolidation),
        earlyStop || other.earlyStop);
  }

  /** Whether general prompts are trained on. */
  public boolean usesGeneralPrompts() {
    return replay.isPresent() || kl.filter(k -> k.inputs() == KlInputs.GENERAL).isPresent();
  }

  /** The share of general examples among all; 0 where none are used. */
  public double generalShare() {
    return usesGeneralPrompts() ? replay.map(Replay::share).orElse(KlToBase.GENERAL_SHARE) : 0;
  }

  /** As in a candidate's id: {@code +replay(10%)+kl(0.01)}; empty for plain training. */
  String suffix() {
    StringBuilder suffix = new StringBuilder();
    replay.ifPresent(
        r ->
            suffix
                .append("+replay(")
                .append(plain(Math.round(1e4 * r.share()) / 1e2))
                .append("%)"));
    kl.ifPresent(
        k ->
            suffix
                .append("+kl(")
                .append(plain(k.weight()))
                .append(k.inputs() == KlInputs.GENERAL ? ",general)" : ",task)"));
    consolidation.ifPresent(c -> suffix.append("+ewc(").append(plain(c.strength())).append(')'));
    return suffix.append(earlyStop ? "+early-stop" : "").toString();
  }

  /** A number without a needless tail, as {@code 10}, {@code 0.001} or {@code 2e-04}. */
  static String plain(double value) {
    BigDecimal exact = BigDecimal.valueOf(value).stripTrailingZeros();
    return exact.scale() > 4 ? String.format(Locale.ROOT, "%.2g", value) : exact.toPlainString();
  }
}
