package dev.tuneworthy.decision;

import dev.tuneworthy.decision.Confirmation.Confirmed;
import dev.tuneworthy.decision.DecisionBasis.Missing;
import dev.tuneworthy.decision.DecisionBasis.Why;
import dev.tuneworthy.decision.DecisionRecord.LabelsPart;
import dev.tuneworthy.decision.DecisionRecord.LearningCurvePart;
import dev.tuneworthy.decision.DecisionRecord.SeedsPart;
import dev.tuneworthy.decision.TuneRung.Tuned;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.retention.RetentionMeasurement;
import dev.tuneworthy.task.DataReport;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The order of the rungs, and which of them are climbed. Used once. */
final class Ladder {
  private final Climb climb;
  private final RetentionRung retentionRung;
  private final MitigateRung mitigateRung;
  private final Confirmation confirmation;
  private final TuneRung tuneRung;
  private final ForecastRung forecastRung;

  private final List<Confirmed> confirmed = new ArrayList<>();
  private Optional<Tuned> tuned = Optional.empty();
  private final Map<String, RetentionMeasurement> retention = new LinkedHashMap<>();
  private Optional<MitigateRung.Outcome> mitigated = Optional.empty();
  private boolean tuningSkipped;
  private Optional<Forecast> forecast = Optional.empty();

  Ladder(
      Climb climb,
      RetentionRung retentionRung,
      RetentionSteering steering,
      ForecastRung forecastRung,
      LongSupplier nanoClock) {
    this.climb = climb;
    this.forecastRung = forecastRung;
    this.retentionRung = retentionRung;
    this.confirmation = new Confirmation(climb, nanoClock);
    this.tuneRung = new TuneRung(climb, steering);
    this.mitigateRung = new MitigateRung(climb, tuneRung, retentionRung, steering);
  }

  DecisionRecord run(String id) {
    DataReport data = climb.rungs().climb(Rungs.CHECK, () -> new DataRung(climb).run());
    PromptSearch search = new PromptSearch(climb);
    forecast(search);
    PromptSearch.Found prompts = climb.rungs().climb(Rungs.PROMPT, search::run);
    climb.rungs().explain(Rungs.PROMPT, search.told(prompts));

    Optional<String> cannotPay = new TuningWorth(climb).cannotPay(prompts);
    cannotPay.ifPresentOrElse(this::skipTuning, this::tune);
    confirm(candidates(prompts));
    if (cannotPay.isPresent() && tuningCouldPayAfterAll()) {
      tune();
      climb.budget().release();
      confirm(tunedCandidates());
    }
    return explain(id, prompts, data);
  }

  private void forecast(PromptSearch search) {
    Optional<String> leftOut = forecastRung.leftOut();
    if (leftOut.isPresent()) {
      climb.rungs().skip(Rungs.FORECAST, leftOut.get());
      return;
    }
    try {
      forecast =
          Optional.of(
              climb
                  .rungs()
                  .climb(
                      Rungs.FORECAST,
                      () ->
                          forecastRung.run(search.outline(), TuneRung.trainings(climb.request()))));
    } catch (BudgetReached reached) {
      climb.rungs().explain(Rungs.FORECAST, "Cut short by " + reached.getMessage() + ".");
    }
  }

  private void skipTuning(String reason) {
    tuningSkipped = true;
    climb.rungs().skip(Rungs.TUNE, reason);
    climb.rungs().skip(Rungs.RETENTION, "Nothing was tuned.");
    climb.rungs().skip(Rungs.MITIGATE, "Nothing was tuned.");
  }

  private void tune() {
    tuningSkipped = false;
    tuned = climb.rungs().climb(Rungs.TUNE, tuneRung::run);
    if (tuned.isEmpty()) {
      climb.rungs().skip(Rungs.RETENTION, "Nothing was tuned.");
      climb.rungs().skip(Rungs.MITIGATE, "Nothing was tuned.");
    } else if (climb.request().suites().isEmpty()) {
      climb.rungs().skip(Rungs.RETENTION, "No baseline suite was given.");
      climb.rungs().skip(Rungs.MITIGATE, "Retention was not measured.");
    } else {
      Tuned plain = tuned.get();
      climb
          .rungs()
          .climb(Rungs.RETENTION, () -> retentionRung.run(plain))
          .ifPresentOrElse(
              measured -> mitigate(plain, measured),
              () -> climb.rungs().skip(Rungs.MITIGATE, "Retention was not measured."));
    }
  }

  /** Only what forgets too much is worth the time. */
  private void mitigate(Tuned plain, RetentionMeasurement measured) {
    retention.put(plain.candidate().id(), measured);
    tuneRung.shown().ifPresent(shown -> retention.put(shown.id(), measured)); // the same weights
    Policy.Retention policy = climb.request().policy().retention();
    GateStatus status = RetentionGate.of(measured).judge(policy).status();
    if (status != GateStatus.FAIL) {
      climb.rungs().skip(Rungs.MITIGATE, "The retention gate does not fail: it is " + status + ".");
      return;
    }
    MitigateRung.Outcome outcome =
        climb.rungs().climb(Rungs.MITIGATE, () -> mitigateRung.run(plain));
    mitigated = Optional.of(outcome);
    outcome.kept().ifPresent(kept -> retention.put(kept.tuned().candidate().id(), kept.measured()));
  }

  private void confirm(List<Candidate> finalists) {
    confirmed.addAll(climb.rungs().climb(Rungs.CONFIRM, () -> confirmation.run(finalists)));
    climb
        .rungs()
        .explain(
            Rungs.CONFIRM,
            confirmed.size() + " finalists met the test examples, once and in the same mode.");
  }

  /** On test the prompts may have done worse than dev promised. */
  private boolean tuningCouldPayAfterAll() {
    Policy policy = climb.request().policy();
    DecisionBasis basis = new BasisDraft(climb, retention).of(confirmed, List.of());
    List<Finalist> known = new BasisFinalists(basis, policy).of(BasisDraft.trials(confirmed));
    return !known.isEmpty() && StillOpen.couldChange(known, List.of(Approach.LORA), policy);
  }

  private List<Candidate> candidates(PromptSearch.Found prompts) {
    List<Candidate> all = new ArrayList<>();
    all.add(prompts.zeroShot());
    prompts.fewShot().ifPresent(all::add);
    all.addAll(tunedCandidates());
    return all;
  }

  /** The plain one, with shots where these help, and what was kept of mitigating it, if any was. */
  private List<Candidate> tunedCandidates() {
    List<Candidate> all = new ArrayList<>();
    tuned.map(Tuned::candidate).ifPresent(all::add);
    tuneRung.shown().ifPresent(all::add);
    mitigated
        .flatMap(MitigateRung.Outcome::kept)
        .ifPresent(kept -> all.add(kept.tuned().candidate()));
    return all;
  }

  /** The adapter to hand over: the mitigated one that was kept, or else the plain one. */
  private Optional<Tuned> best() {
    return mitigated
        .flatMap(MitigateRung.Outcome::kept)
        .map(MitigateRung.Kept::tuned)
        .or(() -> tuned);
  }

  private DecisionRecord explain(String id, PromptSearch.Found prompts, DataReport data) {
    DecisionBasis basis = new BasisDraft(climb, retention).of(confirmed, missing(prompts));
    DecideRung.Decided decided =
        climb
            .rungs()
            .climb(
                Rungs.DECIDE,
                () ->
                    DecideRung.decide(
                        basis, BasisDraft.trials(confirmed), climb.request().policy()));
    climb.rungs().explain(Rungs.DECIDE, "By the rule, from what was measured on test.");
    if (!data.nearDuplicates().isEmpty()) {
      climb.findings().put("withoutNearDuplicates", withoutNearDuplicates(data.nearDuplicateIds()));
    }
    Optional<SeedsPart> seeds = seeds(prompts, decided.finding().verdict());
    Optional<LearningCurvePart> curve = curve(decided.finding());
    LabelsPart labels = labels(data);
    DecisionRecord record =
        new RecordDraft(climb, basis, confirmed)
            .of(
                new RecordDraft.Findings(
                    id,
                    decided,
                    best().flatMap(this::retentionPart),
                    mitigated.map(MitigateRung.Outcome::part),
                    labels,
                    seeds,
                    curve,
                    forecast.map(said -> ForecastError.of(said, climb.rungs().parts())),
                    NextStep.of(
                        climb.rungs().cuts(),
                        forecast,
                        climb.rungs().parts(),
                        climb.spending().prices()),
                    new Provenance(climb)
                        .of(best().map(t -> t.adapter().sha256()), notMeasured())));
    new Handover(climb).write(record, prompts, tuneRung.shown(), best());
    return record;
  }

  /** Tuning over its seeds against the best prompt, all on dev, which has seen them already. */
  private Optional<SeedsPart> seeds(PromptSearch.Found prompts, Verdict verdict) {
    List<SeedSpread.OnDev> seeds =
        tuneRung.seedsMet().stream().flatMap(id -> onDev(id).stream()).toList();
    Optional<SeedSpread.OnDev> prompt =
        Stream.concat(prompts.fewShot().stream(), Stream.of(prompts.zeroShot()))
            .flatMap(candidate -> onDev(candidate.id()).stream())
            .max(Comparator.comparingDouble(SeedSpread.OnDev::mean));
    if (seeds.size() < 2 || prompt.isEmpty() || climb.task().metric() == Metric.F1_MACRO) {
      return Optional.empty();
    }
    SeedsPart part = SeedSpread.of(seeds, prompt.get());
    if (verdict == Verdict.TUNE && part.gainLow() <= 0) {
      climb.warn(SeedSpread.warning(part));
    }
    return Optional.of(part);
  }

  /** How a candidate did on all of dev; empty where it saw less. */
  private Optional<SeedSpread.OnDev> onDev(String candidate) {
    List<Example> dev = climb.task().split(Split.DEV);
    return climb.trials().all().stream()
        .filter(entry -> entry.trial().split() == Split.DEV)
        .filter(entry -> entry.trial().candidateId().equals(candidate))
        .filter(entry -> entry.trial().n() == dev.size())
        .map(
            entry ->
                new SeedSpread.OnDev(candidate, TestScores.of(climb.task(), dev, entry.trial())))
        .findFirst();
  }

  private Optional<LearningCurvePart> curve(Finding finding) {
    CurveRung rung = new CurveRung(climb);
    Optional<Tuned> met =
        tuned.filter(
            t -> confirmed.stream().anyMatch(c -> c.candidate().id().equals(t.candidate().id())));
    Optional<String> leftOut = rung.leftOut(met, finding);
    if (leftOut.isPresent()) {
      climb.rungs().skip(Rungs.CURVE, leftOut.get());
      return Optional.empty();
    }
    try {
      Optional<LearningCurvePart> curve =
          climb.rungs().climb(Rungs.CURVE, () -> rung.run(met.orElseThrow(), confirmed));
      climb
          .rungs()
          .explain(
              Rungs.CURVE,
              curve.map(LearningCurvePart::words).orElse("A training came to nothing."));
      return curve;
    } catch (BudgetReached reached) {
      climb.rungs().explain(Rungs.CURVE, "Cut short by " + reached.getMessage() + ".");
      return Optional.empty();
    }
  }

  private LabelsPart labels(DataReport data) {
    LabelsPart labels = new LabelNoise(climb.task(), climb.trials().all()).look(data);
    if (labels.suspects() > 0) {
      climb.warn(
          ("labels: %d examples of dev and test are contradicted with confidence by most"
                  + " candidates; the report lists them for a person to look at.")
              .formatted(labels.suspects()));
    }
    return labels;
  }

  /** Quality on test with and without examples that resemble one of an earlier split. */
  private Map<String, Object> withoutNearDuplicates(Set<String> nearDuplicates) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Confirmed each : confirmed) {
      climb
          .trials()
          .without(each.trial(), nearDuplicates)
          .ifPresent(
              quality -> {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("n", quality.n());
                line.put("value", quality.value().orElse(0.0));
                values.put(each.candidate().id(), line);
              });
    }
    return values;
  }

  private Optional<DecisionRecord.RetentionPart> retentionPart(Tuned shown) {
    String id = shown.candidate().id();
    return Optional.ofNullable(retention.get(id))
        .map(
            measured ->
                RetentionParts.of(id, measured, climb.request().policy().retention())
                    .with(retentionRung.drift(id)));
  }

  /** Approaches that the budget kept from being confirmed, or that were not worth trying. */
  private List<Missing> missing(PromptSearch.Found prompts) {
    List<Missing> missing = new ArrayList<>();
    boolean fewShotMissing =
        prompts.fewShot().isPresent() ? !met(Approach.FEW_SHOT) : prompts.cut().isPresent();
    if (fewShotMissing) {
      missing.add(new Missing(Approach.FEW_SHOT.label(), Why.BUDGET));
    }
    if (!met(Approach.LORA)) {
      Why why = tuningSkipped ? Why.COULD_NOT_PAY : Why.BUDGET;
      missing.add(new Missing(Approach.LORA.label(), why));
    }
    return missing;
  }

  private boolean met(Approach approach) {
    return confirmed.stream().anyMatch(c -> c.candidate().approach() == approach);
  }

  private List<String> notMeasured() {
    List<String> missing = new ArrayList<>();
    if (tuningSkipped) {
      missing.add("a tuned candidate: tuning could not have changed the verdict");
    } else if (retention.isEmpty()) {
      missing.add("retention");
    } else if (climb.request().mostItems().isPresent()) {
      missing.add(
          "retention on more than about %d test items of a suite, for %s"
              .formatted(
                  climb.request().mostItems().getAsInt(),
                  climb.request().quick() ? "it had to be quick" : "its gate cannot fail"));
    }
    confirmed.stream()
        .filter(c -> c.timing().isEmpty())
        .forEach(c -> missing.add("latency and throughput of " + c.candidate().id()));
    if (climb.request().quick() && climb.task().closed()) {
      missing.add(
          "prompts whose demonstrations are chosen for each question: it had to be quick, and they"
              + " can do much better than fixed ones");
    }
    missing.add("energy and memory of serving");
    missing.add("spread over hardware: everything ran on one machine");
    return missing;
  }
}
