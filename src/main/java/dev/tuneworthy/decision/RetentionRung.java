package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.CapabilityPart;
import dev.tuneworthy.decision.DecisionRecord.LostItem;
import dev.tuneworthy.decision.DecisionRecord.RetentionModePart;
import dev.tuneworthy.decision.DecisionRecord.RetentionPart;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.ContentHash;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.evaluation.ResultCache;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.PairedItem;
import dev.tuneworthy.retention.RetentionCheck;
import dev.tuneworthy.retention.RetentionCheck.Subject;
import dev.tuneworthy.retention.RetentionJudgement;
import dev.tuneworthy.retention.RetentionMeasurement;
import dev.tuneworthy.retention.RetentionRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The retention rung: the tuned finalist against the base model on the baseline suites. What the
 * base model answers is kept for all decisions, in a cache that they share.
 */
final class RetentionRung {
  private final Climb climb;
  private final QuestionRunner ofTuned;
  private final Path sharedCache;
  private final LongSupplier nanoClock;

  RetentionRung(Climb climb, QuestionRunner ofTuned, Path sharedCache, LongSupplier nanoClock) {
    this.climb = climb;
    this.ofTuned = ofTuned;
    this.sharedCache = sharedCache;
    this.nanoClock = nanoClock;
  }

  /** Measures; empty if the budget ended before that was finished. */
  Optional<RetentionMeasurement> run(TuneRung.Tuned tuned) {
    try {
      RetentionMeasurement measured = measured(tuned);
      climb.rungs().explain(Rungs.RETENTION, told(measured));
      return Optional.of(measured);
    } catch (BudgetReached reached) {
      climb.rungs().explain(Rungs.RETENTION, "Cut short by " + reached.getMessage() + ".");
      return Optional.empty();
    }
  }

  private RetentionMeasurement measured(TuneRung.Tuned tuned) {
    climb.budget().check(0);
    Optional<ResultCache> shared = shared();
    try {
      QuestionRunner ofBase =
          shared
              .map(cache -> climb.spending().watch(new QuestionRunner(cache, nanoClock), false))
              .orElse(ofTuned);
      return new RetentionCheck(ofBase, ofTuned)
          .run(
              new Subject("base", fingerprint(climb.bench().ref(), ""), climb.bench()::base),
              new Subject(
                  tuned.candidate().id(),
                  fingerprint(climb.bench().ref(), tuned.adapter().sha256()),
                  () -> climb.bench().tuned(tuned.adapter())),
              climb.request().suites(),
              climb.request().policy().retention().capabilityMargin(),
              climb.progress());
    } finally {
      shared.ifPresent(ResultCache::close);
    }
  }

  /** Empty where another run holds the shared cache: then this decision measures for itself. */
  private Optional<ResultCache> shared() {
    String model = climb.bench().ref().sha256();
    try {
      return Optional.of(ResultCache.open(sharedCache.resolve(model), climb::warn));
    } catch (ServiceException e) {
      if (e.code() == ErrorCode.CONFLICT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String fingerprint(ModelRef model, String adapter) {
    return new ContentHash()
        .add("retention")
        .add(model.sha256())
        .add(model.provider())
        .add(adapter)
        .hex();
  }

  private String told(RetentionMeasurement measured) {
    RetentionJudgement judged = judged(measured, climb.request().policy());
    for (RetentionJudgement.Mode mode : judged.modes()) {
      mode.notes().forEach(note -> climb.warn("retention, " + mode.mode().label() + ": " + note));
    }
    return judged.reason();
  }

  private static RetentionJudgement judged(RetentionMeasurement measured, Policy policy) {
    return RetentionRule.judge(measured, RetentionGate.limits(policy.retention()));
  }

  /** The measurement in the form of the record. */
  static RetentionPart part(String candidate, RetentionMeasurement measured, Policy policy) {
    RetentionJudgement judged = judged(measured, policy);
    return new RetentionPart(
        candidate,
        policy.retention().deployment().name().toLowerCase(Locale.ROOT),
        judged.appliedShare(),
        judged.modes().stream().map(RetentionRung::mode).toList());
  }

  private static RetentionModePart mode(RetentionJudgement.Mode mode) {
    List<LostItem> lost = mode.lost().stream().map(RetentionRung::lost).toList();
    return new RetentionModePart(
        mode.mode().label(),
        mode.status().name(),
        capability(mode.pooled()),
        mode.capabilities().stream().map(RetentionRung::capability).toList(),
        lost);
  }

  private static CapabilityPart capability(RetentionJudgement.Capability capability) {
    return new CapabilityPart(
        capability.name(),
        capability.tally().n(),
        capability.tally().before(),
        capability.tally().after(),
        capability.tally().lost(),
        capability.tally().gained(),
        capability.dropUpper(),
        capability.status(),
        capability.detectable());
  }

  private static LostItem lost(PairedItem item) {
    return new LostItem(
        item.id(), item.capability(), item.question(), item.before().text(), item.after().text());
  }
}
