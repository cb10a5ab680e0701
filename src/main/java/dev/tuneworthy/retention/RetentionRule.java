package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.retention.RetentionJudgement.Capability;
import dev.tuneworthy.stats.Holm;
import dev.tuneworthy.stats.McNemar;
import dev.tuneworthy.stats.Power;
import dev.tuneworthy.stats.Tango;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The retention gate. In each mode:
 *
 * <ul>
 *   <li>Pooled over the test items: PASS if the one-sided 95 % upper bound of the drop (Tango 1998)
 *       is under the margin; FAIL if its lower bound is above 0 and the observed drop is at least
 *       the margin; else UNKNOWN.
 *   <li>Each capability: an observed drop of {@value #ALARM_DROP} on the test items, counted in
 *       whole items and at least {@value #ALARM_ITEMS}, draws the reserve, unless the gate has
 *       failed already. Over all its items it FAILs if the drop is at least the capability margin
 *       and {@value #FEWEST_LOST} items, and the exact one-sided McNemar test, Holm-corrected over
 *       capabilities, is at most 5 %; it is UNKNOWN if only the drop is that large; otherwise
 *       clear: no alarm, which is no proof.
 *   <li>Any FAIL fails the gate; PASS needs a pooled PASS and every capability clear.
 * </ul>
 *
 * <p>Capabilities at which the base model is at chance are left out. So small a capability that a
 * single item would reach the margin counts in the pool only. A routed adapter's drops are scaled
 * by the mis-route rate, and where that rate itself is within the margins the gate is NOT_BINDING.
 * A mode in which more than {@value #MOST_UNANSWERED} of the items have no answer cannot PASS.
 *
 * <p>Items of one template family flip together: every bound and test is widened by the {@link
 * dev.tuneworthy.stats.DesignEffect} of the families on the drop (Miller 2024), so that one family
 * that turns over is not taken for a loss that was shown. Items without a family are independent,
 * and where none has one nothing is widened. {@link GateBench} measures the error rates. Pure;
 * cheap enough to be asked with many limits.
 */
public final class RetentionRule {
  static final double CONFIDENCE = 0.95;
  static final double ALARM_DROP = 0.03;
  static final int ALARM_ITEMS = 2;
  static final int FEWEST_LOST = 3;
  static final double MOST_UNANSWERED = 0.05;

  private static final double LEVEL = 0.05;
  private static final double POWER = 0.9;

  /** So that a drop of 5 items in 100 is not less than 0.05. */
  private static final double ROUNDING = 1e-9;

  private final RetentionLimits limits;

  private RetentionRule(RetentionLimits limits) {
    this.limits = limits;
  }

  /**
   * The capabilities of a mode whose test items draw the reserve: those with a drop of 3 points, or
   * of the margin if that is less. None where the reserve cannot change the gate: where it cannot
   * fail, or the pool fails already.
   */
  static Set<String> alarmed(RetentionMeasurement.Mode measured, RetentionLimits limits) {
    RetentionRule rule = new RetentionRule(limits);
    Pool pool = Pool.of(measured);
    boolean settled =
        limits.cannotFail()
            || rule.pooled(pool, rule.share(), limits.pooledMargin()) == RetentionStatus.FAIL;
    return measured.capabilities().stream()
        .map(RetentionMeasurement.Capability::tally)
        .filter(CapabilityTally::aboveChance)
        .filter(each -> !settled && rule.alarmed(each.test()))
        .map(CapabilityTally::name)
        .collect(Collectors.toSet());
  }

  /** In whole items, so that 75 items are no blinder than 100; a single item is no alarm. */
  private boolean alarmed(Tally test) {
    double drop = Math.min(ALARM_DROP, limits.capabilityMargin());
    return test.net() >= Math.max(ALARM_ITEMS, Math.floor(drop * test.n() + ROUNDING));
  }

  /** Judges everything that was measured. */
  public static RetentionJudgement judge(RetentionMeasurement measured, RetentionLimits limits) {
    RetentionRule rule = new RetentionRule(limits);
    return rule.judged(measured.modes().stream().map(rule::mode).toList());
  }

  /** Judges the counts alone: the same, but that no item is named and no note tells of answers. */
  public static RetentionJudgement judge(RetentionCounts counted, RetentionLimits limits) {
    RetentionRule rule = new RetentionRule(limits);
    return rule.judged(counted.modes().stream().map(rule::mode).toList());
  }

  private RetentionJudgement judged(List<RetentionJudgement.Mode> modes) {
    RetentionStatus status =
        modes.stream()
            .map(RetentionJudgement.Mode::status)
            .reduce(RetentionStatus::and)
            .orElse(RetentionStatus.UNKNOWN);
    return new RetentionJudgement(
        status,
        limits.appliedShare(),
        modes,
        RetentionWords.observed(modes),
        RetentionWords.required(limits),
        RetentionWords.reason(status, modes, limits));
  }

  private RetentionJudgement.Mode mode(RetentionMeasurement.Mode measured) {
    RetentionJudgement.Mode judged = mode(measured.counts());
    List<PairedItem> lost = measured.items().filter(PairedItem::lost).toList();
    List<String> notes = new ArrayList<>(judged.notes());
    notes.addAll(RetentionWords.lengthNotes(measured));
    return new RetentionJudgement.Mode(
        judged.mode(),
        judged.status(),
        judged.pooled(),
        judged.misrouted(),
        judged.capabilities(),
        lost,
        judged.unanswered(),
        notes);
  }

  private RetentionJudgement.Mode mode(RetentionCounts.Mode counted) {
    return mode(
        counted.mode(),
        counted.capabilities(),
        Pool.of(counted.capabilities(), counted.effect()),
        counted.unanswered());
  }

  private RetentionJudgement.Mode mode(
      AnswerMode mode, List<CapabilityTally> tallies, Pool pool, int unanswered) {
    List<CapabilityTally> counted = tallies.stream().filter(CapabilityTally::aboveChance).toList();
    RetentionStatus pooled =
        limits.cannotFail()
            ? RetentionStatus.NOT_BINDING
            : pooled(pool, share(), limits.pooledMargin());
    Optional<RetentionStatus> misrouted =
        limits.routed()
            ? limits.misroutedMargin().map(margin -> pooled(pool, 1, margin))
            : Optional.empty();
    List<Capability> capabilities = capabilities(tallies, counted);
    RetentionStatus status =
        Stream.concat(
                Stream.concat(Stream.of(pooled), misrouted.stream()),
                limits.cannotFail()
                    ? Stream.of()
                    : capabilities.stream().map(RetentionRule::gateStatus))
            .reduce(RetentionStatus::and)
            .orElseThrow();
    int asked = pool.tally().n() + unanswered;
    boolean tooManyMissing = unanswered > MOST_UNANSWERED * asked;
    if (status == RetentionStatus.PASS && tooManyMissing) {
      status = RetentionStatus.UNKNOWN;
    }
    Capability whole =
        new Capability(
            "pooled",
            pool.tally(),
            pool.upper(),
            McNemar.exactOneSided(pool.tally().counts(), pool.effect()),
            pooled.name(),
            Power.detectable(pool.worth(), pool.tally().counts().discordance(), LEVEL, POWER));
    return new RetentionJudgement.Mode(
        mode,
        status,
        whole,
        misrouted,
        capabilities,
        List.of(),
        unanswered,
        notes(pool, capabilities, unanswered, tooManyMissing));
  }

  private RetentionStatus pooled(Pool pool, double share, double margin) {
    if (pool.tally().n() == 0) {
      return RetentionStatus.UNKNOWN;
    }
    if (share * pool.upper() < margin) {
      return RetentionStatus.PASS;
    }
    return pool.lower() > 0 && share * pool.tally().drop() >= margin - ROUNDING
        ? RetentionStatus.FAIL
        : RetentionStatus.UNKNOWN;
  }

  private List<Capability> capabilities(
      List<CapabilityTally> tallies, List<CapabilityTally> counted) {
    List<CapabilityTally> judged = counted.stream().filter(c -> !tooFew(c)).toList();
    List<Double> p =
        Holm.adjust(
            judged.stream()
                .map(c -> suspect(c) ? McNemar.exactOneSided(c.all().counts(), c.effect()) : 1.0)
                .toList());
    List<Capability> capabilities = new ArrayList<>();
    for (CapabilityTally each : tallies) {
      int at = judged.indexOf(each);
      double adjusted = at < 0 ? 1 : p.get(at);
      String status =
          !counted.contains(each) ? "excluded" : at < 0 ? "too few" : verdict(each, adjusted);
      capabilities.add(
          new Capability(
              each.name(),
              each.all(),
              Tango.upper(each.all().counts(), CONFIDENCE, each.effect()),
              adjusted,
              status,
              Power.detectable(
                  (int) Math.round((each.test().n() + each.reserve()) / each.effect()),
                  each.all().counts().discordance(),
                  LEVEL / Math.max(1, judged.size()),
                  POWER)));
    }
    return capabilities;
  }

  private String verdict(CapabilityTally capability, double p) {
    if (!suspect(capability)) {
      return "clear";
    }
    return p <= LEVEL ? RetentionStatus.FAIL.name() : RetentionStatus.UNKNOWN.name();
  }

  /** An alarm that the reserve, where there is one, did not clear. */
  private boolean suspect(CapabilityTally capability) {
    return share() * capability.all().drop() >= limits.capabilityMargin() - ROUNDING
        && capability.all().net() >= FEWEST_LOST
        && alarmed(capability.test());
  }

  private boolean tooFew(CapabilityTally capability) {
    int items = capability.test().n() + capability.reserve();
    return share() > limits.capabilityMargin() * items - ROUNDING;
  }

  private double share() {
    return limits.appliedShare();
  }

  private static RetentionStatus gateStatus(Capability capability) {
    return switch (capability.status()) {
      case "FAIL" -> RetentionStatus.FAIL;
      case "UNKNOWN" -> RetentionStatus.UNKNOWN;
      default -> RetentionStatus.PASS;
    };
  }

  private static List<String> notes(
      Pool pool, List<Capability> capabilities, int unanswered, boolean tooManyMissing) {
    List<String> notes = new ArrayList<>();
    if (pool.worth() < pool.tally().n()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Items of one template family flip together: %d items say as much as %d alone.",
              pool.tally().n(),
              pool.worth()));
    }
    named(capabilities, "excluded")
        .ifPresent(
            names ->
                notes.add("Left out, since the base model is at chance there: " + names + "."));
    named(capabilities, "too few")
        .ifPresent(
            names -> notes.add("Too few items to be judged alone, pooled only: " + names + "."));
    if (unanswered > 0) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%d items have no answer from one of the two and do not count%s.",
              unanswered,
              tooManyMissing ? "; with so many missing the gate cannot pass" : ""));
    }
    return notes;
  }

  private static Optional<String> named(List<Capability> capabilities, String status) {
    return Optional.of(
            capabilities.stream()
                .filter(c -> c.status().equals(status))
                .map(Capability::name)
                .collect(Collectors.joining(", ")))
        .filter(names -> !names.isEmpty());
  }
}
