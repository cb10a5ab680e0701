package dev.tuneworthy.decision;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The verdict with its evidence, gates, sensitivity and provenance: what {@code decision.json}
 * holds. The names of the components are the names in the file. Rates lie between 0 and 1, times
 * are in milliseconds unless named otherwise, money is a decimal string in {@code currency} and the
 * word {@code unknown} where a price is not known.
 *
 * @param recommended candidate id, empty (null in the file) unless the verdict is PROMPT or TUNE
 * @param summary the verdict in plain words
 * @param leaning what the point estimates favour when the verdict is INCONCLUSIVE
 * @param moreExamples how many more test examples would settle an INCONCLUSIVE verdict
 * @param rungs what the ladder did, in order, with a reason for each rung that was skipped
 * @param mitigation what was tried where tuning forgot too much; empty where it did not
 * @param labels what a person should look at in the examples; empty in records that are older
 * @param seeds what tuning is worth over its training seeds; empty where there was one
 * @param learningCurve whether more training data would change the verdict; empty where no curve
 *     was drawn
 * @param basis what the verdict is decided anew from; empty in records that are older
 * @param endOfLife of a model that is sold for less than the horizon; empty where none is
 * @param flips inputs at which the verdict changes
 * @param warnings of the data checks and the run
 * @param forecastError how far the forecast was off; empty in records that are older
 * @param nextStep what finishing would cost where the budget ended an INCONCLUSIVE decision
 */
public record DecisionRecord(
    String schemaVersion,
    String id,
    Verdict verdict,
    Optional<String> recommended,
    String summary,
    Optional<Leaning> leaning,
    Optional<MoreExamples> moreExamples,
    TaskPart task,
    PolicyPart policy,
    List<ModelPart> models,
    List<RungPart> rungs,
    List<CandidatePart> candidates,
    List<ComparisonPart> comparisons,
    Optional<RetentionPart> retention,
    Optional<MitigationPart> mitigation,
    Optional<LabelsPart> labels,
    Optional<SeedsPart> seeds,
    Optional<LearningCurvePart> learningCurve,
    Optional<DecisionBasis> basis,
    List<GatePart> gates,
    BreakEvenPart breakEven,
    Optional<EndOfLifePart> endOfLife,
    List<FlipPart> flips,
    List<String> warnings,
    SpentPart spent,
    Optional<ForecastErrorPart> forecastError,
    Optional<NextStepPart> nextStep,
    Map<String, Object> provenance) {
  public DecisionRecord {
    models = List.copyOf(models);
    rungs = List.copyOf(rungs);
    candidates = List.copyOf(candidates);
    comparisons = List.copyOf(comparisons);
    gates = List.copyOf(gates);
    flips = List.copyOf(flips);
    warnings = List.copyOf(warnings);
  }

  /**
   * A decision in which nothing had to be mitigated and no label was looked into, without basis.
   */
  public DecisionRecord(
      String schemaVersion,
      String id,
      Verdict verdict,
      Optional<String> recommended,
      String summary,
      Optional<Leaning> leaning,
      Optional<MoreExamples> moreExamples,
      TaskPart task,
      PolicyPart policy,
      List<ModelPart> models,
      List<RungPart> rungs,
      List<CandidatePart> candidates,
      List<ComparisonPart> comparisons,
      Optional<RetentionPart> retention,
      List<GatePart> gates,
      BreakEvenPart breakEven,
      List<FlipPart> flips,
      List<String> warnings,
      SpentPart spent,
      Map<String, Object> provenance) {
    this(
        schemaVersion,
        id,
        verdict,
        recommended,
        summary,
        leaning,
        moreExamples,
        task,
        policy,
        models,
        rungs,
        candidates,
        comparisons,
        retention,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        gates,
        breakEven,
        Optional.empty(),
        flips,
        warnings,
        spent,
        Optional.empty(),
        Optional.empty(),
        provenance);
  }

  /**
   * What the point estimates favour, and what choosing it anyway is expected to cost in quality.
   */
  public record Leaning(Verdict verdict, String candidate, double expectedRegret, String why) {}

  /**
   * What would settle an open question.
   *
   * @param testExamples further test examples (not the total) that would settle the question
   */
  public record MoreExamples(int testExamples, String question) {}

  public record TaskPart(String name, String sha256, ExampleCounts examples) {}

  public record ExampleCounts(int train, int dev, int test) {}

  /** The policy by name and content, so that the record can be read alone. */
  public record PolicyPart(String name, String sha256, Map<String, Object> content) {}

  /**
   * A model that took part.
   *
   * @param provider {@code cpu}, {@code cuda} or {@code remote}
   */
  public record ModelPart(String id, String sha256, String provider, String precision) {}

  /**
   * A rung of the ladder, and why it ended as it did.
   *
   * @param status {@code done} or {@code skipped}
   */
  public record RungPart(String rung, String status, String reason, double seconds, long tokens) {}

  public record CandidatePart(
      String id,
      String approach,
      String model,
      String split,
      String mode,
      int n,
      int scored,
      int failed,
      QualityPart quality,
      TokensPart tokens,
      Optional<LatencyPart> latencyMillis,
      CostPart cost) {}

  public record QualityPart(String metric, double value, double low, double high) {}

  /** Tokens per request, averaged over the trial, as production would send them. */
  public record TokensPart(double cached, double fresh, double output) {}

  /**
   * Single, warm, uncached requests in milliseconds.
   *
   * @param note {@code network included} for a remote model
   */
  public record LatencyPart(double p50, double p95, int n, String note) {}

  public record CostPart(String perRequest, String perMonth, String overHorizon, String currency) {}

  /** Quality of {@code a} minus quality of {@code b} on the same items. */
  public record ComparisonPart(
      String a,
      String b,
      double difference,
      double low,
      double high,
      double p,
      int onlyA,
      int onlyB,
      int n,
      String method) {}

  /**
   * What the tuned finalist kept.
   *
   * @param drift how far the model moved beside the items, where that was measured
   */
  public record RetentionPart(
      String candidate,
      String deployment,
      double appliedShare,
      List<RetentionModePart> modes,
      Optional<Drift> drift) {
    RetentionPart with(Optional<Drift> measured) {
      return new RetentionPart(candidate, deployment, appliedShare, modes, measured);
    }
  }

  public record RetentionModePart(
      String mode,
      String status,
      CapabilityPart pooled,
      List<CapabilityPart> capabilities,
      List<LostItem> lostItems) {}

  /**
   * What was lost and gained in one capability, or in all together.
   *
   * @param name {@code pooled} or the capability
   * @param status PASS, FAIL or UNKNOWN for the pool; clear, FAIL, UNKNOWN or excluded for a
   *     capability
   * @param detectable the drop that this many items would detect with 90 % power
   */
  public record CapabilityPart(
      String name,
      int n,
      double before,
      double after,
      int lost,
      int gained,
      double dropUpper,
      String status,
      double detectable) {}

  /** An item that the base model could do and the tuned one cannot. */
  public record LostItem(
      String id, String capability, String question, String before, String after) {}

  /**
   * What was tried so that the tuned model keeps more, in the order in which it was tried.
   *
   * @param tried the plain adapter first
   * @param kept the candidate that the retention gate passed or left open, if any
   * @param carried in words, which means carried and how plain shrinkage compares
   */
  public record MitigationPart(List<MitigationTry> tried, Optional<String> kept, String carried) {
    public MitigationPart {
      tried = List.copyOf(tried);
    }
  }

  /**
   * One candidate on dev, which steers.
   *
   * @param means {@code plain}, {@code dial}, {@code early stop}, {@code low rate}, {@code fewer
   *     layers}, {@code replay}, {@code KL}, {@code EWC} or several of them
   * @param devQuality on the task
   * @param choose lost on the sample of retention-dev by likelihood
   * @param generate the same by free answers
   * @param shrinkageDrop the worse of the two drops that plain shrinkage has at this dev quality;
   *     empty where that was not measured on both sides of it
   * @param front whether no other candidate is both better on the task and forgets less
   * @param gate PASS, FAIL, UNKNOWN or NOT_BINDING on retention-test; {@code not tested} where dev
   *     spoke against it
   */
  public record MitigationTry(
      String candidate,
      String means,
      double devQuality,
      DropPart choose,
      DropPart generate,
      Optional<Double> shrinkageDrop,
      boolean front,
      String gate) {}

  /** Items of a sample that were lost and gained. */
  public record DropPart(int n, int lost, int gained, double drop) {}

  /**
   * Labels that a person should look at; nothing was changed or left out on their account.
   *
   * @param conflicting examples of one input with different answers, in whatever split
   * @param suspicious examples of dev and test whose label several candidates contradict with
   *     confidence, the most suspicious first; at most {@value LabelNoise#LISTED}
   * @param suspects how many there are of these
   * @param how by what rule, in a sentence
   */
  public record LabelsPart(
      List<ConflictPart> conflicting, List<SuspectPart> suspicious, int suspects, String how) {
    public LabelsPart {
      conflicting = List.copyOf(conflicting);
      suspicious = List.copyOf(suspicious);
    }
  }

  /** Examples that say the same. */
  public record ConflictPart(String input, List<LabelPart> examples) {}

  /** An example and its label. */
  public record LabelPart(String id, String expected) {}

  /**
   * An example whose label may be wrong.
   *
   * @param suggested what the candidates say instead
   * @param witnesses how many of them were asked
   * @param said by those that contradict
   */
  public record SuspectPart(
      String id,
      String input,
      String expected,
      String suggested,
      int witnesses,
      List<SaidPart> said) {}

  /**
   * What one candidate said.
   *
   * @param probability of its answer among the choices
   * @param ofExpected of the answer that is said to be right
   */
  public record SaidPart(String candidate, double probability, double ofExpected) {}

  /**
   * Tuning over several training seeds, on dev.
   *
   * @param quality mean over the seeds, with an interval over seeds and items
   * @param prompt the best one on dev
   * @param gain of that mean over the prompt
   */
  public record SeedsPart(
      List<SeedPart> seeds,
      double quality,
      double low,
      double high,
      String prompt,
      double gain,
      double gainLow,
      double gainHigh,
      String method) {
    public SeedsPart {
      seeds = List.copyOf(seeds);
    }
  }

  /** One seed's adapter, with its quality on dev. */
  public record SeedPart(String candidate, double quality) {}

  /**
   * The tuned finalist trained on less data, and what a power law through the points says of more.
   *
   * @param split that the points were measured on
   * @param points from the fewest examples to all
   * @param exponent by which the error falls: 0 where more data changes nothing
   * @param exponentLow of a 95 % interval
   * @param doubled examples for which quality is predicted: twice as many as there are
   * @param low one-sided 95 % bound of the predicted quality
   * @param high the same from above
   * @param needed quality that the candidate needs to be chosen
   * @param neededFor why, in words
   * @param answer MORE_DATA, NOT_DATA or OPEN
   * @param words the answer in a sentence or two
   */
  public record LearningCurvePart(
      String candidate,
      String split,
      List<CurvePoint> points,
      double exponent,
      double exponentLow,
      double exponentHigh,
      int doubled,
      double predicted,
      double low,
      double high,
      double needed,
      String neededFor,
      String answer,
      String words) {
    public LearningCurvePart {
      points = List.copyOf(points);
    }
  }

  /** Quality after so many training examples, over {@code n} judged items, with its interval. */
  public record CurvePoint(int examples, int n, double quality, double low, double high) {}

  /**
   * One finalist at one gate.
   *
   * @param status PASS, FAIL, UNKNOWN or NOT_BINDING
   */
  public record GatePart(
      String candidate,
      String gate,
      String status,
      String observed,
      String required,
      String reason) {}

  /**
   * The volume at which prompting and tuning change places in cost.
   *
   * @param requestsPerMonth empty where there is none; the reason says why
   * @param curves empty where there is nothing to compare, a price is unknown, or the record is
   *     older
   */
  public record BreakEvenPart(
      Optional<Double> requestsPerMonth,
      String cheaperAbove,
      String reason,
      Optional<CurvesPart> curves) {
    public BreakEvenPart(Optional<Double> requestsPerMonth, String cheaperAbove, String reason) {
      this(requestsPerMonth, cheaperAbove, reason, Optional.empty());
    }
  }

  /**
   * What the best prompt and the best tuned candidate cost.
   *
   * @param byVolume over the policy's horizon, at rising requests a month
   * @param byHorizon at the policy's requests a month, over rising months
   */
  public record CurvesPart(
      String prompt, String tuned, List<VolumePoint> byVolume, List<HorizonPoint> byHorizon) {
    public CurvesPart {
      byVolume = List.copyOf(byVolume);
      byHorizon = List.copyOf(byHorizon);
    }
  }

  public record VolumePoint(long requestsPerMonth, String prompt, String tuned) {}

  /**
   * @param breakEven requests a month at which the two change places over this horizon; empty where
   *     they never do
   */
  public record HorizonPoint(int months, String prompt, String tuned, Optional<Double> breakEven) {}

  /**
   * A model that is sold for less than the horizon.
   *
   * @param day from which it is no longer sold, as {@code 2027-03-31}
   * @param months whole months until then
   * @param candidates that need it
   * @param addedCost to each of them over the horizon: another model has to be searched
   */
  public record EndOfLifePart(
      String model, String day, int months, List<String> candidates, String addedCost) {
    public EndOfLifePart {
      candidates = List.copyOf(candidates);
    }
  }

  /**
   * The value of one input at which the verdict would change, all else equal.
   *
   * @param distance how far that is: {@code 1.85 times} the present amount, {@code +4.20 points}
   *     for a rate; empty text in records that are older
   */
  public record FlipPart(
      String input, String current, String flipsAt, String verdictThere, String distance) {
    public FlipPart {
      distance = Optional.ofNullable(distance).orElse("");
    }

    public FlipPart(String input, String current, String flipsAt, String verdictThere) {
      this(input, current, flipsAt, verdictThere, "");
    }
  }

  public record SpentPart(long tokens, double seconds, String money) {}

  /**
   * A rung that the budget cut short.
   *
   * @param limit what was used up, as {@code the budget of 20000 tokens}
   * @param tokens that finishing it is expected to take, and {@code seconds} and {@code money}
   */
  public record NextStepPart(
      String rung, String limit, long tokens, double seconds, String money) {}

  /**
   * What was said before and what was taken.
   *
   * @param rungs those that were climbed and of which something was expected
   * @param all these together
   */
  public record ForecastErrorPart(List<ForecastErrorLine> rungs, ForecastErrorLine all) {
    public ForecastErrorPart {
      rungs = List.copyOf(rungs);
    }
  }

  /**
   * One rung.
   *
   * @param tokensRatio taken over said; empty where nothing was said
   * @param secondsRatio the same
   */
  public record ForecastErrorLine(
      String rung,
      long tokensSaid,
      long tokensTaken,
      Optional<Double> tokensRatio,
      double secondsSaid,
      double secondsTaken,
      Optional<Double> secondsRatio) {}
}
