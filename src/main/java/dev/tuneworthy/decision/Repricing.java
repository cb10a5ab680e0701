package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionBasis.Confirmed;
import dev.tuneworthy.decision.DecisionBasis.Missing;
import dev.tuneworthy.decision.DecisionBasis.Why;
import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.DecisionRecord.PolicyPart;
import dev.tuneworthy.decision.DecisionRecord.RetentionPart;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.JsonlOutcomes;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.policy.GateStatus;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyContent;
import dev.tuneworthy.policy.PolicyReader;
import dev.tuneworthy.policy.PriceList;
import dev.tuneworthy.policy.RecordedPolicy;
import dev.tuneworthy.task.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides anew what a folder has stored, under other traffic, prices or a whole other policy. No
 * model is asked and nothing is written. What was never measured stays so: an approach that the
 * policy of then made not worth trying leaves the verdict open where it could change it now.
 */
public final class Repricing {
  private final DecisionRecord record;
  private final DecisionBasis basis;
  private final List<Trial> trials;
  private final Policy then;

  /**
   * What is to be other than it was.
   *
   * @param policy in place of the record's
   * @param prices of models sold by the token, in place of the policy's
   */
  public record Terms(
      Optional<Policy> policy,
      Optional<Long> requestsPerMonth,
      Optional<Integer> horizonMonths,
      Optional<PriceList> prices) {
    /** Everything as it was. */
    public static final Terms UNCHANGED =
        new Terms(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private Policy of(Policy recorded) {
      Policy base = policy.orElse(recorded);
      if (requestsPerMonth.isEmpty() && horizonMonths.isEmpty() && prices.isEmpty()) {
        return base;
      }
      Policy.Traffic bounded =
          PolicyReader.traffic(
              requestsPerMonth.orElse(base.traffic().requestsPerMonth()),
              horizonMonths.orElse(base.traffic().horizonMonths()));
      return PolicyContent.with(
          base,
          base.traffic().of(bounded.requestsPerMonth(), bounded.horizonMonths()),
          base.prices().with(prices.orElse(base.prices().list())));
    }
  }

  private Repricing(DecisionRecord record, DecisionBasis basis, List<Trial> trials) {
    this.record = record;
    this.basis = basis;
    this.trials = trials;
    this.then = RecordedPolicy.of(record.policy().content(), record.policy().sha256());
  }

  /**
   * Decides anew.
   *
   * @param folder of a finished decision
   * @throws ServiceException {@code DECISION_NOT_FOUND} or {@code FILE_NOT_FOUND} if it is none,
   *     {@code BAD_REQUEST} if it is damaged or of a version that did not store enough, {@code
   *     BAD_POLICY} for terms that no policy may have
   */
  public static Repriced reprice(Path folder, Terms terms) {
    return open(folder).under(terms);
  }

  /** What a folder has stored, to be decided anew any number of times. */
  static Repricing open(Path folder) {
    DecisionRecord record = DecisionJson.read(folder);
    DecisionBasis basis = record.basis().orElseThrow(() -> tooOld(folder));
    List<Trial> trials = JsonlOutcomes.read(folder.resolve(DecisionFolder.OUTCOMES));
    return new Repricing(record, basis, trials);
  }

  private static ServiceException tooOld(Path folder) {
    return ServiceException.of(
        ErrorCode.BAD_REQUEST,
        folder.resolve(DecisionJson.FILE).toString(),
        "the field 'basis', from which a verdict is decided anew",
        "a record of an earlier version, without it",
        "Decide again, into a new folder.");
  }

  Repriced under(Terms terms) {
    Policy policy = terms.of(then);
    DecisionBasis now = withUntriedMeans(policy);
    DecideRung.Decided decided = DecideRung.decide(now, onTest(), policy);
    DecisionRecord anew = anew(policy, now, decided);
    Repriced.Before before = new Repriced.Before(record.verdict(), record.recommended());
    return new Repriced(before, new RepricedChanges(record, anew).sentences(), anew);
  }

  /** The trials of finalists, in their order; of a candidate that is none nobody asks. */
  private List<Trial> onTest() {
    return trials.stream().filter(t -> t.split() == Split.TEST).toList();
  }

  /** A decision under this policy would have tried means against forgetting; this one did not. */
  private DecisionBasis withUntriedMeans(Policy policy) {
    boolean fails =
        basis.finalists().stream()
            .flatMap(finalist -> BasisFinalists.counts(finalist).stream())
            .map(counts -> RetentionGate.of(counts).judge(policy.retention()).status())
            .anyMatch(status -> status == GateStatus.FAIL);
    if (!fails || record.mitigation().isPresent()) {
      return basis;
    }
    List<Missing> missing = new ArrayList<>(basis.missing());
    missing.add(new Missing(Approach.LORA.label(), Why.NOT_MITIGATED));
    return new DecisionBasis(
        basis.costs(), basis.expected(), basis.clusters(), missing, basis.finalists());
  }

  private DecisionRecord anew(Policy policy, DecisionBasis now, DecideRung.Decided decided) {
    Finding finding = decided.finding();
    Pricing pricing = new Pricing(policy, basis.costs());
    return new DecisionRecord(
        record.schemaVersion(),
        record.id(),
        finding.verdict(),
        finding.recommended(),
        DecideRung.summary(finding),
        finding.leaning(),
        finding.moreExamples(),
        record.task(),
        new PolicyPart(
            policy.name(),
            policy.sha256(),
            PolicyContent.of(policy, List.of(basis.costs().promptModel()))),
        record.models(),
        record.rungs(),
        record.candidates().stream().map(each -> costed(each, pricing)).toList(),
        finding.comparisons(),
        record.retention().map(shown -> judged(shown, policy)),
        record.mitigation(),
        record.labels(),
        record.seeds(),
        record.learningCurve(),
        Optional.of(now),
        finding.gates(),
        decided.breakEven(),
        pricing.endOfLife(onTest()),
        decided.flips(),
        warnings(pricing),
        record.spent(),
        record.forecastError(),
        finding.verdict() == Verdict.INCONCLUSIVE ? record.nextStep() : Optional.empty(),
        provenance());
  }

  private CandidatePart costed(CandidatePart part, Pricing pricing) {
    Trial trial =
        trials.stream()
            .filter(t -> t.candidateId().equals(part.id()))
            .filter(t -> t.split().label().equals(part.split()))
            .findFirst()
            .orElseThrow(() -> noOutcomes(part));
    Optional<Confirmed> finalist =
        basis.finalists().stream()
            .filter(each -> trial.split() == Split.TEST && each.candidate().equals(part.id()))
            .findFirst();
    return new CandidatePart(
        part.id(),
        part.approach(),
        part.model(),
        part.split(),
        part.mode(),
        part.n(),
        part.scored(),
        part.failed(),
        part.quality(),
        part.tokens(),
        part.latencyMillis(),
        pricing.part(
            finalist
                .map(each -> pricing.of(trial, each.requestsPerSecond()))
                .orElseGet(() -> pricing.untimed(trial))));
  }

  private static ServiceException noOutcomes(CandidatePart part) {
    return ServiceException.of(
        ErrorCode.BAD_REQUEST,
        DecisionFolder.OUTCOMES,
        "outcomes of " + part.id() + " on " + part.split(),
        "none",
        "Restore the file or decide again.");
  }

  private RetentionPart judged(RetentionPart shown, Policy policy) {
    return basis.finalists().stream()
        .filter(each -> each.candidate().equals(shown.candidate()))
        .flatMap(each -> BasisFinalists.counts(each).stream())
        .findFirst()
        .map(counts -> RetentionParts.of(shown, counts, policy.retention()))
        .orElse(shown);
  }

  /** Those of then, but that what is unknown of prices is told anew. */
  private List<String> warnings(Pricing pricing) {
    List<String> warnings = new ArrayList<>(record.warnings());
    warnings.removeAll(new Pricing(then, basis.costs()).warnings());
    warnings.addAll(pricing.warnings());
    return warnings;
  }

  private Map<String, Object> provenance() {
    Map<String, Object> from = new LinkedHashMap<>();
    from.put("verdict", record.verdict().name());
    from.put("recommended", record.recommended().orElse("none"));
    from.put("policy", record.policy().sha256());
    Map<String, Object> provenance = new LinkedHashMap<>(record.provenance());
    provenance.put("repricedFrom", from);
    return provenance;
  }
}
