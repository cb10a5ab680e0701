package dev.tuneworthy.decision;

import dev.tuneworthy.cost.ApproachCost;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decision.Confirmation.Confirmed;
import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.DecisionRecord.ExampleCounts;
import dev.tuneworthy.decision.DecisionRecord.ForecastErrorPart;
import dev.tuneworthy.decision.DecisionRecord.LabelsPart;
import dev.tuneworthy.decision.DecisionRecord.LatencyPart;
import dev.tuneworthy.decision.DecisionRecord.LearningCurvePart;
import dev.tuneworthy.decision.DecisionRecord.MitigationPart;
import dev.tuneworthy.decision.DecisionRecord.ModelPart;
import dev.tuneworthy.decision.DecisionRecord.NextStepPart;
import dev.tuneworthy.decision.DecisionRecord.PolicyPart;
import dev.tuneworthy.decision.DecisionRecord.QualityPart;
import dev.tuneworthy.decision.DecisionRecord.RetentionPart;
import dev.tuneworthy.decision.DecisionRecord.SeedsPart;
import dev.tuneworthy.decision.DecisionRecord.SpentPart;
import dev.tuneworthy.decision.DecisionRecord.TaskPart;
import dev.tuneworthy.decision.DecisionRecord.TokensPart;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyContent;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the record together; the last step before it is written. */
final class RecordDraft {
  private final Climb climb;
  private final DecisionBasis basis;
  private final Pricing pricing;
  private final List<Confirmed> confirmed;

  /** What was found, beside the trials. */
  record Findings(
      String id,
      DecideRung.Decided decided,
      Optional<RetentionPart> retention,
      Optional<MitigationPart> mitigation,
      LabelsPart labels,
      Optional<SeedsPart> seeds,
      Optional<LearningCurvePart> learningCurve,
      Optional<ForecastErrorPart> forecastError,
      Optional<NextStepPart> nextStep,
      Map<String, Object> provenance) {}

  RecordDraft(Climb climb, DecisionBasis basis, List<Confirmed> confirmed) {
    this.climb = climb;
    this.basis = basis;
    this.pricing = new Pricing(climb.request().policy(), basis.costs());
    this.confirmed = confirmed;
  }

  DecisionRecord of(Findings found) {
    Policy policy = climb.request().policy();
    DecisionRecord record = record(found, policy, found.provenance());
    Map<String, Object> provenance = new LinkedHashMap<>(found.provenance());
    provenance.put("timeDerived", Provenance.timeDerived(record));
    return record(found, policy, provenance);
  }

  private DecisionRecord record(Findings found, Policy policy, Map<String, Object> provenance) {
    Finding finding = found.decided().finding();
    Optional<NextStepPart> next =
        found.nextStep().filter(step -> finding.verdict() == Verdict.INCONCLUSIVE);
    return new DecisionRecord(
        "1",
        found.id(),
        finding.verdict(),
        finding.recommended(),
        DecideRung.summary(finding) + next.map(NextStep::sentence).orElse(""),
        finding.leaning(),
        finding.moreExamples(),
        task(climb.task()),
        new PolicyPart(
            policy.name(),
            policy.sha256(),
            PolicyContent.of(policy, List.of(climb.prompt().ref().id()))),
        models(),
        climb.rungs().parts(),
        climb.trials().all().stream().map(this::candidate).toList(),
        finding.comparisons(),
        found.retention(),
        found.mitigation(),
        Optional.of(found.labels()),
        found.seeds(),
        found.learningCurve(),
        Optional.of(basis),
        finding.gates(),
        found.decided().breakEven(),
        pricing.endOfLife(BasisDraft.trials(confirmed)),
        found.decided().flips(),
        climb.warnings(),
        new SpentPart(
            climb.spending().tokens(),
            Rungs.rounded(climb.spending().seconds()),
            climb.spending().money().text()),
        found.forecastError(),
        next,
        provenance);
  }

  private static TaskPart task(Task task) {
    return new TaskPart(
        task.name(),
        task.sha256(),
        new ExampleCounts(
            task.split(Split.TRAIN).size(),
            task.split(Split.DEV).size(),
            task.split(Split.TEST).size()));
  }

  private List<ModelPart> models() {
    List<ModelPart> models = new ArrayList<>();
    models.add(model(climb.bench().ref()));
    if (climb.prompt().ref().remote()) {
      models.add(model(climb.prompt().ref()));
    }
    return models;
  }

  private static ModelPart model(ModelRef ref) {
    return new ModelPart(ref.id(), ref.sha256(), ref.provider(), ref.precision());
  }

  private CandidatePart candidate(TrialLog.Entry entry) {
    Trial trial = entry.trial();
    TrialLog.Measured measured = climb.trials().measured(entry);
    Optional<Confirmed> mine =
        confirmed.stream()
            .filter(c -> trial.split() == Split.TEST)
            .filter(c -> c.candidate().id().equals(trial.candidateId()))
            .findFirst();
    return new CandidatePart(
        trial.candidateId(),
        trial.approach().label(),
        trial.model().id(),
        trial.split().label(),
        trial.mode().label(),
        trial.n(),
        trial.scored(),
        trial.failed(),
        new QualityPart(
            climb.task().metric().label(),
            measured.value(),
            measured.interval().low(),
            measured.interval().high()),
        tokens(trial),
        mine.flatMap(Confirmed::timing).flatMap(RecordDraft::latency),
        pricing.part(mine.map(this::cost).orElseGet(() -> pricing.untimed(trial))));
  }

  private static TokensPart tokens(Trial trial) {
    TokenUsage all = trial.tokens();
    double n = Math.max(1, trial.n());
    return new TokensPart(all.cached() / n, all.fresh() / n, all.output() / n);
  }

  private static Optional<LatencyPart> latency(Journal.Timing timing) {
    return timing.millis().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new LatencyPart(timing.p50(), timing.p95(), timing.millis().size(), timing.note()));
  }

  private ApproachCost cost(Confirmed confirmed) {
    double requestsPerSecond =
        confirmed.timing().map(Journal.Timing::requestsPerSecond).orElse(0.0);
    return pricing.of(confirmed.trial(), requestsPerSecond);
  }
}
