package dev.tuneworthy.decision;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decision.MachineSpeed.Timed;
import dev.tuneworthy.decoder.Adapter;
import dev.tuneworthy.decoder.DecoderSpeed;
import dev.tuneworthy.decoder.TextModel;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.runtime.ProcessMemory;
import dev.tuneworthy.task.Turn;
import dev.tuneworthy.tuning.TrainingSpeed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Measures how fast this machine is, in half a minute or so: made-up questions of several shapes,
 * then some training steps, each kind warmed up first. Means count, not the fastest: a forecast is
 * of the machine as it is, with whatever else runs on it.
 */
final class SpeedMeter {
  private static final int RANK = 8;
  private static final int ANSWER_TOKENS = 24;
  private static final int STEPS = 3;
  private static final String[] WORDS = {
    "time", "water", "house", "people", "small", "paper", "green", "long", "letter", "work",
    "great", "number", "place", "round", "under", "year"
  };

  private final LocalModel model;
  private final Progress progress;
  private int done;
  private long seed;

  /**
   * A shape of question, in words.
   *
   * @param together questions put at once
   * @param times how often
   * @param before words that all share
   * @param own words of each
   * @param choices how many answers there are to choose from; none to answer freely
   */
  private record Shape(int together, int times, int before, int own, int choices) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(32, 1, 40, 12, 2),
          new Shape(1, 5, 40, 12, 2),
          new Shape(12, 1, 60, 10, 15),
          new Shape(8, 1, 500, 12, 2),
          new Shape(2, 1, 1200, 12, 2),
          new Shape(16, 1, 30, 12, 0),
          new Shape(1, 1, 30, 12, 0));

  SpeedMeter(LocalModel model, Progress progress) {
    this.model = model;
    this.progress = progress;
  }

  MachineSpeed measure() {
    List<Timed> timed = new ArrayList<>();
    try (Answerer base = model.base()) {
      asked(base, SHAPES.get(0));
      asked(base, SHAPES.get(5));
      for (Shape shape : SHAPES) {
        timed.add(asked(base, shape));
        tell();
      }
    }
    double[] units = MachineSpeed.fit(timed);
    double tuned;
    double opening;
    try (Adapter adapter = DecoderSpeed.adapter(model.text().config(), RANK)) {
      tuned = tuned(adapter);
      opening = opening(adapter);
    }
    model.text().forgetPrefixes();
    long prompting = ProcessMemory.peakBytes();
    tell();
    Training training = training();
    return new MachineSpeed(
        units[0],
        units[1],
        units[2],
        units[3],
        units[4],
        tuned,
        opening,
        training.setUp(),
        training.step(),
        training.row(),
        prompting,
        ProcessMemory.peakBytes());
  }

  private record Training(double setUp, double step, double row) {}

  private Timed asked(Answerer base, Shape shape) {
    Turn shared = Turn.system(words(shape.before(), seed++));
    List<String> choices = choices(shape.choices());
    double nodes = choices.stream().mapToInt(choice -> model.text().text(choice).length()).sum();
    Work work = Work.NONE;
    double prefix = 0;
    double seconds = 0;
    for (int time = 0; time < shape.times(); time++) {
      List<Question> questions =
          IntStream.range(0, shape.together())
              .mapToObj(i -> question(shared, words(shape.own(), seed++), choices))
              .toList();
      long start = System.nanoTime();
      List<Answer> answers =
          choices.isEmpty()
              ? base.generate(questions, Decoding.greedy(ANSWER_TOKENS), n -> {})
              : base.choose(questions, n -> {});
      seconds += (System.nanoTime() - start) / 1e9;
      prefix = answers.get(0).tokens().cached();
      work = work.plus(work(answers, nodes, choices.isEmpty()));
    }
    return new Timed(work.plus(Work.prefix(prefix)), seconds);
  }

  private static List<String> choices(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> WORDS[i] + " " + WORDS[(i + 5) % WORDS.length])
        .toList();
  }

  private static Work work(List<Answer> answers, double nodes, boolean free) {
    int n = answers.size();
    TokenUsage all = answers.stream().map(Answer::tokens).reduce(TokenUsage.NONE, TokenUsage::plus);
    Work.Length length = new Work.Length((double) all.cached() / n, (double) all.fresh() / n);
    if (!free) {
      return Work.choosing(n, length, nodes);
    }
    long longest = answers.stream().mapToLong(a -> a.tokens().output()).max().orElseThrow();
    return Work.generating(n, length, (double) all.output() / n, longest);
  }

  private static Question question(Turn shared, String own, List<String> choices) {
    return Question.chat("made-up", List.of(shared, Turn.user(own)), choices);
  }

  /** How much longer a batch takes with an adapter than without. */
  private double tuned(Adapter adapter) {
    try (Adapter none = Adapter.none(model.text().config())) {
      scored(adapter);
      double plain = 0;
      double adapted = 0;
      for (int i = 0; i < 2; i++) { // in turn, so that what slows the machine slows both
        plain += scored(none);
        adapted += scored(adapter);
      }
      return Math.max(1, adapted / plain);
    }
  }

  private double scored(Adapter adapter) {
    List<int[]> answers = choices(2).stream().map(model.text()::answer).toList();
    List<TextModel.Choices> requests =
        IntStream.range(0, 32)
            .mapToObj(i -> new TextModel.Choices(model.text().text(words(30, seed++)), answers))
            .toList();
    long start = System.nanoTime();
    model.text().choose(requests, adapter, n -> {});
    return (System.nanoTime() - start) / 1e9;
  }

  /** The probe that every adapter passes before it is asked, and that an idle one fails last. */
  private double opening(Adapter idle) {
    long start = System.nanoTime();
    try {
      model.text().checkActive(idle);
    } catch (ServiceException e) {
      if (e.code() != ErrorCode.INERT_ADAPTER) {
        throw e;
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Two shapes of step, as a line over the rows that go through it. */
  private Training training() {
    TrainingSpeed.Shape small = new TrainingSpeed.Shape(60, 20, 8, RANK);
    TrainingSpeed.Shape large = new TrainingSpeed.Shape(0, 96, 8, RANK);
    TrainingSpeed.Measured measured =
        TrainingSpeed.measure(model, List.of(large, small), STEPS, this::goOn);
    tell();
    double bigger = mean(measured.steps().get(0));
    double smaller = mean(measured.steps().get(1));
    double row = Math.max(0, (bigger - smaller) / (rows(large) - rows(small)));
    double step = Math.max(0, smaller - row * rows(small));
    return new Training(measured.setUp(), step, row);
  }

  private static double rows(TrainingSpeed.Shape shape) {
    return shape.prefix() + (double) shape.batch() * shape.own();
  }

  private static double mean(List<Double> seconds) {
    return seconds.stream().mapToDouble(s -> s).average().orElseThrow();
  }

  private static String words(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(WORDS[random.nextInt(WORDS.length)]);
    }
    return String.join(" ", words);
  }

  /** Reports where it stands, for whoever listens may end it: a budget that is used up. */
  private void goOn() {
    progress.report(new Progress.Step("forecast", "calibration", done, SHAPES.size() + 2, 0));
  }

  private void tell() {
    done++;
    goOn();
  }
}
