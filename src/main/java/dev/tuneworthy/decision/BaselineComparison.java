package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.ContentHash;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.evaluation.ResultCache;
import dev.tuneworthy.retention.BaseStanding;
import dev.tuneworthy.retention.RetentionCheck;
import dev.tuneworthy.retention.RetentionCheck.Subject;
import dev.tuneworthy.retention.RetentionLimits;
import dev.tuneworthy.retention.RetentionMeasurement;
import dev.tuneworthy.retention.RetentionSample.Asked;
import dev.tuneworthy.suite.BaselineSuite;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Puts the baseline suites to the base model and to the tuned one. What the base model answers is
 * kept in a cache that all runs on this machine share, so that it is measured once for each model.
 */
public final class BaselineComparison {
  private static final System.Logger LOG = System.getLogger(BaselineComparison.class.getName());

  private final Path sharedCache;
  private final LongSupplier nanoClock;

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  public BaselineComparison(Path sharedCache, LongSupplier nanoClock) {
    this.sharedCache = sharedCache;
    this.nanoClock = nanoClock;
  }

  /**
   * What is compared.
   *
   * @param name of the tuned model, for progress
   * @param limits what may be lost
   */
  public record Subjects(
      Bench bench,
      String name,
      PeftAdapter adapter,
      List<BaselineSuite> suites,
      RetentionLimits limits) {
    public Subjects {
      suites = List.copyOf(suites);
    }
  }

  /**
   * Measures.
   *
   * @param ofTuned asks the tuned model, and the base model too where another run holds the shared
   *     cache
   * @param watch told which runner asks the base model, if it is another one
   */
  public RetentionMeasurement measure(
      Subjects subjects,
      QuestionRunner ofTuned,
      Consumer<QuestionRunner> watch,
      Progress progress) {
    Bench bench = subjects.bench();
    return measure(
        bench,
        new Subject(
            subjects.name(),
            fingerprint(bench, subjects.adapter().sha256()),
            () -> bench.tuned(subjects.adapter())),
        subjects.suites(),
        subjects.limits(),
        ofTuned,
        watch,
        progress);
  }

  /**
   * Measures another checkpoint against a base model, as one whose tuning was merged.
   *
   * @param name of the other one, for progress
   */
  public RetentionMeasurement measure(
      Bench base,
      Bench other,
      String name,
      List<BaselineSuite> suites,
      RetentionLimits limits,
      QuestionRunner ofOther,
      Progress progress) {
    return measure(
        base,
        new Subject(name, fingerprint(other, ""), other::base),
        suites,
        limits,
        ofOther,
        ofBase -> {},
        progress);
  }

  /**
   * Measures two models that give no likelihoods, as remote ones: by their free answers alone.
   *
   * @param questions asks both; its cache keeps what they said
   */
  public static RetentionMeasurement measure(
      PromptModel base,
      PromptModel tuned,
      List<BaselineSuite> suites,
      RetentionLimits limits,
      QuestionRunner questions,
      Progress progress) {
    return RetentionCheck.byFreeAnswers(questions)
        .run(
            new Subject(base.source(), fingerprint(base.ref(), ""), base.opener()),
            new Subject(tuned.source(), fingerprint(tuned.ref(), ""), tuned.opener()),
            suites,
            limits,
            progress);
  }

  private RetentionMeasurement measure(
      Bench bench,
      Subject tuned,
      List<BaselineSuite> suites,
      RetentionLimits limits,
      QuestionRunner ofTuned,
      Consumer<QuestionRunner> watch,
      Progress progress) {
    Optional<ResultCache> shared = shared(bench.ref().key());
    try {
      Optional<QuestionRunner> ofBase = shared.map(cache -> new QuestionRunner(cache, nanoClock));
      ofBase.ifPresent(watch);
      return new RetentionCheck(ofBase.orElse(ofTuned), ofTuned)
          .run(base(bench), tuned, suites, limits, progress);
    } finally {
      shared.ifPresent(ResultCache::close);
    }
  }

  /**
   * How the base model stands on dev and test items, from the shared cache where it was asked
   * before.
   *
   * @throws ServiceException {@code CONFLICT} while another run holds the shared cache
   */
  public List<BaseStanding> standing(Bench bench, List<BaselineSuite> suites, Progress progress) {
    try (ResultCache cache = open(bench.ref().key())) {
      return new RetentionCheck(new QuestionRunner(cache, nanoClock))
          .standing(base(bench), suites, progress);
    }
  }

  /**
   * What the base model has answered to the test items of suites, by the shared cache; nothing
   * while another run holds it.
   */
  List<Answer> known(Bench bench, List<BaselineSuite> suites, AnswerMode mode) {
    Optional<ResultCache> shared = shared(bench.ref().key());
    try {
      return shared
          .map(cache -> new RetentionCheck(new QuestionRunner(cache, nanoClock)))
          .map(check -> check.known(base(bench), suites, mode))
          .orElse(List.of());
    } finally {
      shared.ifPresent(ResultCache::close);
    }
  }

  private static Subject base(Bench bench) {
    return new Subject("base", fingerprint(bench, ""), bench::base);
  }

  private ResultCache open(String model) {
    return ResultCache.open(
        sharedCache.resolve(model), text -> LOG.log(System.Logger.Level.WARNING, text));
  }

  /** Both models, ready to be asked some items. */
  public record Pair(Asked base, Asked tuned) {}

  /**
   * Does some work that asks both models, with the shared cache open.
   *
   * @param name of the tuned model, for progress
   * @param ofTuned as in {@link #measure}
   * @param watch as there
   */
  public <T> T asking(
      Bench bench,
      String name,
      PeftAdapter adapter,
      QuestionRunner ofTuned,
      Consumer<QuestionRunner> watch,
      Function<Pair, T> work) {
    Optional<ResultCache> shared = shared(bench.ref().key());
    try {
      Optional<QuestionRunner> ofBase = shared.map(cache -> new QuestionRunner(cache, nanoClock));
      ofBase.ifPresent(watch);
      Subject tuned =
          new Subject(name, fingerprint(bench, adapter.sha256()), () -> bench.tuned(adapter));
      return work.apply(
          new Pair(new Asked(ofBase.orElse(ofTuned), base(bench)), new Asked(ofTuned, tuned)));
    } finally {
      shared.ifPresent(ResultCache::close);
    }
  }

  private Optional<ResultCache> shared(String model) {
    try {
      return Optional.of(open(model));
    } catch (ServiceException e) {
      if (e.code() == ErrorCode.CONFLICT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String fingerprint(Bench bench, String adapter) {
    return fingerprint(bench.ref(), adapter);
  }

  private static String fingerprint(ModelRef model, String adapter) {
    return new ContentHash()
        .add("retention")
        .add(model.key())
        .add(model.provider())
        .add(adapter)
        .hex();
  }
}
