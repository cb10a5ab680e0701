package dev.tuneworthy.decision;

import dev.tuneworthy.decision.Climb.Books;
import dev.tuneworthy.decision.Climb.Scene;
import dev.tuneworthy.decision.Climb.Setting;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.ContentHash;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.evaluation.ResultCache;
import dev.tuneworthy.evaluation.TrialRunner;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.scoring.Scorer;
import dev.tuneworthy.scoring.Scorers;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Climbs the ladder: check the data, forecast, prompt, tune, retention, mitigate, confirm, decide,
 * explain. The same request gives the same record but for the fields that {@code
 * provenance.timeDerived} lists. May be used by several threads, each with a folder of its own.
 */
public final class DecisionLadder implements Decider {
  private static final System.Logger LOG = System.getLogger(DecisionLadder.class.getName());
  private static final int FEWEST_ANSWER_TOKENS = 8;
  private static final int MOST_ANSWER_TOKENS = 256;

  private final Bench.Opener benches;
  private final Function<RemoteModelSpec, PromptModel> remotes;
  private final Path sharedCache;
  private final TestLedger ledger;
  private final Machine machine;
  private final LongSupplier nanoClock;

  /**
   * @param remotes describes a remote model; makes no request
   * @param sharedCache folder that decisions share: what base models answer to baseline suites, and
   *     how fast this machine is
   * @param ledger where each look at test data is written down
   * @param nanoClock as {@link System#nanoTime}
   */
  public DecisionLadder(
      Bench.Opener benches,
      Function<RemoteModelSpec, PromptModel> remotes,
      Path sharedCache,
      TestLedger ledger,
      Machine machine,
      LongSupplier nanoClock) {
    this.benches = benches;
    this.remotes = remotes;
    this.sharedCache = sharedCache;
    this.ledger = ledger;
    this.machine = machine;
    this.nanoClock = nanoClock;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Writes {@code decision.json}, {@code prompt.json}, {@code outcomes.jsonl} and {@code
   * adapter/}; reports are for the caller to write. The record of a folder in which the same
   * decision is finished is returned at once.
   *
   * @throws ServiceException {@code PRIVACY} if the prompts go to a remote model and the policy
   *     forbids it, {@code BAD_TASK} for data that cannot carry a decision, {@code CONFLICT} if
   *     another process works in the folder, or whatever the models throw
   */
  @Override
  public DecisionRecord decide(DecisionRequest request, Path folder, Progress progress) {
    Optional<PromptModel> remote = request.promptModel().map(spec -> remote(spec, request));
    try (Bench bench = benches.open(request.localModel(), progress)) {
      PromptModel prompt =
          remote.orElseGet(() -> new PromptModel(bench.ref(), request.localModel(), bench::base));
      String id = id(request, bench.ref(), prompt.ref());
      DecisionFolder files = new DecisionFolder(folder);
      files.make();
      Optional<DecisionRecord> finished = files.finished().filter(record -> record.id().equals(id));
      if (finished.isPresent()) {
        return finished.get();
      }
      try (ResultCache cache = ResultCache.open(files.path("cache"), DecisionLadder::log)) {
        return climb(
            request,
            new Scene(
                bench,
                prompt,
                files,
                machine.running(bench.ref().provider()),
                ledger.today(),
                () -> ledger.look(request.task(), "decision " + id)),
            cache,
            id,
            progress);
      }
    }
  }

  private DecisionRecord climb(
      DecisionRequest request, Scene scene, ResultCache cache, String id, Progress progress) {
    Made made = made(request, scene, cache, id, progress);
    Climb climb = made.climb();
    BaselineComparison comparison = new BaselineComparison(sharedCache, nanoClock);
    Ladder ladder =
        new Ladder(
            climb,
            new RetentionRung(climb, made.tuned(), comparison),
            new RetentionSteering(climb, () -> new QuestionRunner(cache, nanoClock), comparison),
            new ForecastRung(climb, forecaster(climb)),
            nanoClock);
    try {
      return ladder.run(id);
    } finally {
      SpentSoFar.of(id, climb.spending()).write(scene.folder());
    }
  }

  private Forecaster forecaster(Climb climb) {
    return new Forecaster(climb, speeds(), new BaselineComparison(sharedCache, nanoClock));
  }

  private SpeedStore speeds() {
    return new SpeedStore(sharedCache.resolve("speed"));
  }

  /**
   * Says what a decision would take, without making it.
   *
   * @param anew whether the speed of this machine is measured although it is known
   * @throws ServiceException as {@link #decide} for a request that cannot be decided
   */
  public Forecast forecast(DecisionRequest request, boolean anew, Progress progress) {
    Optional<PromptModel> remote = request.promptModel().map(spec -> remote(spec, request));
    try (Bench bench = benches.open(request.localModel(), progress);
        ScratchFolder scratch = ScratchFolder.make()) {
      PromptModel prompt =
          remote.orElseGet(() -> new PromptModel(bench.ref(), request.localModel(), bench::base));
      Scene scene =
          new Scene(
              bench,
              prompt,
              new DecisionFolder(scratch.path()),
              machine.running(bench.ref().provider()),
              ledger.today(),
              () -> {
                throw new IllegalStateException("a forecast does not look at test");
              });
      if (anew) {
        speeds().forget(bench, scene.machine());
      }
      try (ResultCache cache = ResultCache.open(scratch.path(), DecisionLadder::log)) {
        Climb climb = made(request, scene, cache, "forecast", progress).climb();
        climb.rungs().climb(Rungs.CHECK, () -> new DataRung(climb).checked());
        return forecaster(climb)
            .forecast(new PromptSearch(climb).outline(), TuneRung.trainings(request), progress);
      }
    }
  }

  /** A decision that can begin, and what asks tuned models. */
  private record Made(Climb climb, QuestionRunner tuned) {}

  private Made made(
      DecisionRequest request, Scene scene, ResultCache cache, String id, Progress progress) {
    Policy policy = request.policy();
    boolean remote = scene.prompt().ref().remote();
    Journal journal = Journal.open(scene.folder().path(""), id, nanoClock);
    Spending.Prices prices =
        new Spending.Prices(
            Pricing.hosting(policy, scene.bench().ref().id()).map(hosting -> hosting.hourly()),
            remote,
            policy.prices().tokenPrice(scene.prompt().ref().id(), scene.prompt().source()));
    Spending spending = new Spending(journal, prices);
    QuestionRunner prompted = spending.watch(new QuestionRunner(cache, nanoClock), remote);
    QuestionRunner tuned = spending.watch(new QuestionRunner(cache, nanoClock), false);
    Scorer scorer = Scorers.forTask(request.task());
    Climb climb =
        new Climb(
            request,
            scene,
            new Books(
                journal,
                spending,
                new Budget(policy.budget(), spending),
                new Rungs(journal, spending)),
            new Setting(
                mode(request.task(), scene.prompt()),
                Decoding.greedy(answerTokens(request.task(), scene.bench())),
                new TrialRunner(prompted, scorer),
                new TrialRunner(tuned, scorer),
                new TrialRunner(new QuestionRunner(cache, nanoClock), scorer)),
            progress);
    return new Made(climb, tuned);
  }

  private PromptModel remote(RemoteModelSpec spec, DecisionRequest request) {
    RemoteConsent.check(request.policy(), spec);
    return remotes.apply(spec);
  }

  /** Choose where answers are a closed set and every model gives likelihoods. */
  private static AnswerMode mode(Task task, PromptModel prompt) {
    try (Answerer answerer = prompt.opener().get()) {
      return task.closed() && answerer.givesLikelihoods() ? AnswerMode.CHOOSE : AnswerMode.GENERATE;
    }
  }

  /** Room for half as much again as the longest right answer of train and dev. */
  static int answerTokens(Task task, Bench bench) {
    int longest =
        Stream.concat(task.split(Split.TRAIN).stream(), task.split(Split.DEV).stream())
            .mapToInt(example -> bench.countTokens(example.expected()))
            .max()
            .orElse(0);
    return Math.min(MOST_ANSWER_TOKENS, Math.max(FEWEST_ANSWER_TOKENS, longest * 3 / 2 + 4));
  }

  /** By content and seed: the same decision has the same id wherever and whenever it is made. */
  private static String id(DecisionRequest request, ModelRef local, ModelRef prompt) {
    ContentHash hash =
        new ContentHash()
            .add("decision 1")
            .add(request.task().name())
            .add(request.task().sha256())
            .add(request.policy().sha256());
    for (BaselineSuite suite : request.suites()) {
      hash.add(suite.name()).add(suite.sha256());
    }
    for (ModelRef model : new ModelRef[] {local, prompt}) {
      hash.add(model.id()).add(model.key()).add(model.provider());
    }
    if (request.learningCurve()) {
      hash.add("learning curve");
    }
    return hash.add(Long.toString(request.seed()))
        .add(Boolean.toString(request.quick()))
        .hex()
        .substring(0, 32);
  }

  private static void log(String warning) {
    LOG.log(System.Logger.Level.WARNING, warning);
  }
}
