package dev.tuneworthy.decision;

import dev.tuneworthy.decision.AskingEffort.Who;
import dev.tuneworthy.decision.PromptSearch.Planned;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.tuning.TrainingSpeed;
import dev.tuneworthy.tuning.TuningPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What each rung of one decision takes: its parts counted, added up as expected and at most. */
final class RungEfforts {
  /** Items of the first look at a checkpoint, and how many more it asks on average. */
  private static final double PROBED = 24;

  private static final double PROBED_ON_AVERAGE = 1.3 * PROBED;

  /** Training examples at which a checkpoint's divergence is measured. */
  private static final double DIVERGENCE_EXAMPLES = 8;

  /** Texts whose distance from what the model knows is measured: inputs, and neutral ones. */
  private static final double DISTANCE_TEXTS = 60;

  private static final double NEUTRAL_TOKENS = 24;

  /** Items of each capability and mode by which means against forgetting are compared. */
  private static final double STEERED = 20;

  /** Of the epochs that early stopping may save, the share that it does. */
  private static final double SAVED = 0.2;

  private static final int BATCHES = 50;

  private final Climb climb;
  private final List<Planned> prompts;
  private final int trainings;
  private final MachineSpeed speed;
  private final AskingEffort asking;
  private final SuiteEffort suites;
  private final PromptCandidate zeroShot;
  private final int dev;
  private final int test;
  private final List<Example> train;
  private final Work.Length onDev;
  private final Work.Length onTest;
  private final Work.Length onTrain;
  private final Map<String, Work.Length> lengths = new LinkedHashMap<>();

  /**
   * What a rung is expected to take, and what at most.
   *
   * @param trained whether the model has been trained by its end
   */
  record Range(Effort expected, Effort most, boolean trained) {
    Range plus(Range other) {
      return new Range(
          expected.plus(other.expected), most.plus(other.most), trained || other.trained);
    }
  }

  RungEfforts(
      Climb climb,
      List<Planned> prompts,
      int trainings,
      MachineSpeed speed,
      BaselineComparison comparison) {
    this.climb = climb;
    this.dev = climb.task().split(Split.DEV).size();
    this.test = climb.task().split(Split.TEST).size();
    this.train = climb.task().split(Split.TRAIN);
    this.prompts = prompts;
    this.trainings = trainings;
    this.speed = speed;
    asking = new AskingEffort(climb, speed);
    suites = new SuiteEffort(climb, speed, comparison, asking.answerTokens());
    zeroShot = prompts.get(0).prompt();
    onDev = asking.length(zeroShot, Split.DEV);
    onTest = asking.length(zeroShot, Split.TEST);
    onTrain = train.isEmpty() ? onDev : asking.length(zeroShot, Split.TRAIN);
  }

  /** The distance of the training data: texts after the instruction, and the right answers. */
  Range check() {
    double texts = Math.min(DISTANCE_TEXTS, train.size());
    if (texts == 0) {
      return same(Effort.NONE, false);
    }
    double input = AskingEffort.mean(train, e -> climb.bench().countTokens(" " + e.input()));
    double instruction = climb.bench().countTokens(climb.task().renderedInstruction());
    Work work =
        Work.prefix(instruction)
            .plus(Work.choosing(texts, new Work.Length(instruction, 1), input))
            .plus(Work.choosing(DISTANCE_TEXTS, new Work.Length(instruction, 1), NEUTRAL_TOKENS))
            .plus(Work.prefix(onTrain.prefix()))
            .plus(Work.choosing(texts, onTrain, asking.answerTokens() - 1));
    double tokens =
        texts * (instruction + input)
            + DISTANCE_TEXTS * (instruction + NEUTRAL_TOKENS)
            + texts * (onTrain.all() + asking.answerTokens());
    return same(Effort.local(tokens, speed.seconds(work)), false);
  }

  Range prompt() {
    Effort expected = Effort.NONE;
    Effort most = Effort.NONE;
    for (Planned planned : prompts) {
      expected = expected.plus(asked(planned, mean(planned)));
      most = most.plus(asked(planned, longest(planned)));
    }
    return new Range(expected, most, false);
  }

  private Effort asked(Planned planned, Work.Length length) {
    boolean shown = planned.shown();
    return asking
        .trial(planned.examples(), length, Who.PROMPTED, shown)
        .plus(asking.trial(planned.calibrating(), length, Who.PROMPTED, shown))
        .times(planned.times());
  }

  /** Lengths of a prompt that is known; of one that is not, the mean of those with one prefix. */
  private Work.Length mean(Planned planned) {
    return planned.known()
        ? length(planned.prompt())
        : withPrefix(
            withOnePrefix().mapToDouble(Work.Length::prefix).average().orElse(onDev.prefix()));
  }

  private Work.Length longest(Planned planned) {
    return planned.known()
        ? length(planned.prompt())
        : withPrefix(withOnePrefix().mapToDouble(Work.Length::prefix).max().orElse(onDev.prefix()));
  }

  /** Of the prompts that show the same demonstrations to every question. */
  private Stream<Work.Length> withOnePrefix() {
    return shown(false).map(planned -> length(planned.prompt()));
  }

  private Stream<Planned> shown(boolean perQuestion) {
    return prompts.stream()
        .filter(planned -> planned.known() && planned.shown())
        .filter(planned -> planned.prompt().perQuestion() == perQuestion);
  }

  private Work.Length withPrefix(double prefix) {
    return new Work.Length(prefix, onDev.own());
  }

  private Work.Length length(PromptCandidate prompt) {
    return lengths.computeIfAbsent(prompt.fingerprint(), key -> counted(prompt));
  }

  private Work.Length counted(PromptCandidate prompt) {
    if (prompt.perQuestion()) { // nothing but the instruction is the same for all
      double all = asking.length(prompt, Split.DEV).all();
      return new Work.Length(onDev.prefix(), all - onDev.prefix());
    }
    Example any = climb.task().split(Split.DEV).get(0);
    return withPrefix(
        climb.bench().promptUsage(prompt.question(any, climb.mode()).messages()).cached());
  }

  Range tune() {
    if (train.isEmpty()) {
      return same(Effort.NONE, false);
    }
    Effort shots = climb.request().quick() ? Effort.NONE : tunedWithShots();
    return new Range(
        training(false).times(trainings).plus(shots),
        training(true).times(trainings).plus(shots),
        true);
  }

  /** The best adapter asked with few demonstrations, and with some more. */
  private Effort tunedWithShots() {
    double prefix = withOnePrefix().mapToDouble(Work.Length::prefix).average().orElse(0);
    return prefix == 0
        ? Effort.NONE
        : asking.trial(dev, withPrefix(prefix), Who.TUNED, true).times(TuneRung.SHOTS.size());
  }

  /** One training with its checks on dev and its looks at retention. */
  private Effort training(boolean full) {
    TuningPlan plan =
        TuningPlan.standard(train.size(), climb.request().seed(), climb.request().quick());
    double shortest = Math.min(plan.epochs(), plan.patience() + 1.0);
    double epochs = full ? plan.epochs() : plan.epochs() - SAVED * (plan.epochs() - shortest);
    double steps = Math.ceil((double) train.size() / plan.batch());
    double each = onTrain.all() + asking.answerTokens();
    Effort taken =
        Effort.local(
            epochs * train.size() * each,
            speed.training() + speed.trainingSeconds(epochs * steps, rowsOfAStep(plan.batch())));
    Effort check = asking.trial(dev, onDev, Who.TUNED, true);
    double quarters = Math.ceil(steps / Math.max(1, Math.floor(steps / 4)));
    return taken.plus(check.times(epochs)).plus(look(full).times(quarters + epochs - 1));
  }

  /** A look at a checkpoint: items of the suites, and the divergence from the base model. */
  private Effort look(boolean full) {
    if (suites.capabilities(AnswerMode.CHOOSE) == 0) {
      return Effort.NONE;
    }
    double n = Math.min(DIVERGENCE_EXAMPLES, train.size());
    Work divergence =
        Work.choosingSingly(n, new Work.Length(0, onTrain.own()), asking.answerTokens());
    return suites
        .sample(full ? 2 * PROBED : PROBED_ON_AVERAGE, 0)
        .plus(Effort.local(0, speed.tunedSeconds(divergence)));
  }

  /** Tokens that go through a step: the shared prefix, then as many as the longest for each. */
  private double rowsOfAStep(int batch) {
    List<Example> some = AskingEffort.some(train);
    int[] own = some.stream().mapToInt(this::ownTokens).toArray();
    SplittableRandom random = new SplittableRandom(1);
    double rows = 0;
    int size = Math.min(batch, train.size());
    for (int i = 0; i < BATCHES; i++) {
      int[] drawn = random.ints(size, 0, own.length).map(at -> own[at]).toArray();
      rows += TrainingSpeed.rows((int) onTrain.prefix(), drawn);
    }
    return rows / BATCHES;
  }

  /** Tokens of a training example after what all share, but for the last, which is only a label. */
  private int ownTokens(Example example) {
    Question question = zeroShot.question(example, climb.mode());
    long fresh = climb.bench().promptUsage(question.messages()).fresh();
    return Math.max(1, (int) fresh + climb.bench().countTokens(example.expected()));
  }

  Range retention() {
    List<BaselineSuite> asked = climb.request().askedSuites();
    if (asked.isEmpty() || train.isEmpty()) {
      return same(Effort.NONE, true);
    }
    Effort expected = suites.both(asked, "test", true);
    boolean draws = !RetentionGate.cannotFail(climb.request().policy().retention());
    Effort reserve = draws ? suites.both(asked, "reserve", true) : Effort.NONE;
    return new Range(expected, expected.plus(reserve), true);
  }

  Range mitigate() {
    if (climb.request().suites().isEmpty()
        || train.isEmpty()
        || RetentionGate.cannotFail(climb.request().policy().retention())) {
      return same(Effort.NONE, true);
    }
    TuningPlan plan =
        TuningPlan.standard(train.size(), climb.request().seed(), climb.request().quick());
    Effort sampled =
        suites.sample(
            STEERED * suites.capabilities(AnswerMode.CHOOSE),
            STEERED * suites.capabilities(AnswerMode.GENERATE));
    // Each adapter, and each share of it, is asked dev and the sample.
    Effort dialled = asking.trial(dev, onDev, Who.TUNED, true).plus(sampled);
    Effort looked = sampled.plus(dialled.times(MitigateRung.dials()));
    Effort most = looked;
    for (MitigationChoice choice : MitigationChoice.inOrder(climb, plan)) {
      double general = choice.plan().mitigation().generalShare();
      most = most.plus(training(true).times(1 / (1 - general))).plus(looked);
    }
    most = most.plus(suites.both(climb.request().askedSuites(), "test", false));
    return new Range(Effort.NONE, most, true);
  }

  Range confirm() {
    Effort plain = confirmed(onTest, Who.PROMPTED, false);
    Effort tuned = train.isEmpty() ? Effort.NONE : confirmed(onTest, Who.TUNED, true);
    List<Effort> shots = shots();
    Effort likely = shots.stream().reduce(Effort.NONE, Effort::plus).times(1.0 / shots.size());
    Effort longest =
        shots.stream().max(Comparator.comparingDouble(Effort::seconds)).orElse(Effort.NONE);
    Effort mitigated = mitigate().most().seconds() > 0 ? tuned : Effort.NONE;
    return new Range(
        plain.plus(likely).plus(tuned), plain.plus(longest).plus(tuned).plus(mitigated), true);
  }

  /** One of these is the best prompt with demonstrations; which it will be is not known. */
  private List<Effort> shots() {
    List<Effort> shots = new ArrayList<>();
    if (prompts.size() > 1) {
      Planned unknown = prompts.get(prompts.size() - 1);
      shots.add(confirmed(mean(unknown), Who.PROMPTED, true));
    }
    shown(true)
        .map(planned -> confirmed(length(planned.prompt()), Who.PROMPTED, true))
        .forEach(shots::add);
    return shots.isEmpty() ? List.of(Effort.NONE) : shots;
  }

  private Effort confirmed(Work.Length length, Who who, boolean shown) {
    return asking.trial(test, length, who, shown).plus(asking.timing(length, who, shown));
  }

  private Range same(Effort effort, boolean trained) {
    return new Range(effort, effort, trained);
  }
}
