package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.LoraWeights;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.retention.DataDistance;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import dev.tuneworthy.tuning.DevCheck;
import dev.tuneworthy.tuning.TrainingResult;
import dev.tuneworthy.tuning.TuningPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntConsumer;

/**
 * A model that is right on a share of the examples, which depends on how it is asked: by the task's
 * text alone, with demonstrations, or tuned. Which examples these are depends on their text, so the
 * same question always has the same answer. Counts what it is asked.
 */
final class FakeBench implements Bench {
  static final ModelRef REF = new ModelRef("fake", "ab".repeat(32), "cpu");

  private final Map<String, Example> byInput = new HashMap<>();
  private final List<String> choices;
  private final Skill skill;
  int asked;
  int trainings;
  int opened;
  int measured;

  /** Whether trainings can use general prompts; one that does forgets less. */
  boolean replays;

  /** What one that was trained on general prompts forgets all the same. */
  double heldForgets;

  /** How much less prompts know of test than of dev. */
  double worseOnTest;

  /** How much more is known by whoever is asked with an instruction that holds these words. */
  String goodWords = "";

  double byGoodWords;

  /** How much more is known by whoever is shown so many demonstrations, by their number. */
  DoubleUnaryOperator byShots = shots -> 0;

  /** Whether a training ends as one whose loss is no longer a number. */
  boolean diverges;

  /** The best epoch of a training; 0 where none was finished. */
  int bestEpoch = 1;

  /** Shares of right answers. */
  record Skill(double zeroShot, double fewShot, double tuned, double forgotten) {}

  FakeBench(Task task, Skill skill) {
    this.choices = task.choices();
    this.skill = skill;
    for (Split split : Split.values()) {
      task.split(split).forEach(example -> byInput.put(example.input(), example));
    }
  }

  Bench.Opener opener() {
    return (model, progress) -> {
      opened++;
      return this;
    };
  }

  @Override
  public ModelRef ref() {
    return REF;
  }

  @Override
  public int contextLength() {
    return 2048;
  }

  @Override
  public int countTokens(String text) {
    return text.split(" ").length;
  }

  @Override
  public int promptTokens(List<Turn> messages) {
    return messages.stream().mapToInt(turn -> countTokens(turn.content()) + 2).sum();
  }

  @Override
  public TokenUsage promptUsage(List<Turn> messages) {
    return new TokenUsage(5L * Math.max(0, messages.size() - 1), 6, 0);
  }

  @Override
  public Answerer base() {
    return new Fake(false, 0);
  }

  @Override
  public Answerer tuned(PeftAdapter adapter) {
    boolean held = adapter.modules().get(adapter.modules().firstKey()).a().get(1) > 0;
    return new Fake(true, held ? heldForgets : skill.forgotten());
  }

  @Override
  public Candidate candidate(String id, PeftAdapter adapter, Task task) {
    return new FakeTuned(id, adapter, task);
  }

  @Override
  public TrainingResult train(
      Task task, TuningPlan plan, Path folder, DevCheck dev, Progress progress) {
    Path finished = folder.resolve("finished");
    PeftAdapter adapter = adapter(plan.seed(), plan.mitigation().usesGeneralPrompts());
    List<TrainingResult.EpochPoint> curve = new ArrayList<>();
    try {
      if (!Files.exists(finished)) {
        trainings++;
        Files.createDirectories(folder);
        progress.report(new Progress.Step("tune", "fake", 1, 1, 2000));
        Files.writeString(finished, Double.toString(dev.quality(adapter)));
      }
      double quality = Double.parseDouble(Files.readString(finished));
      curve.add(new TrainingResult.EpochPoint(1, 1, 0.5, quality));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TrainingResult(adapter, curve, 2000, 12.5, bestEpoch, diverges, 8);
  }

  @Override
  public Optional<DataDistance.Report> distance(Task task) {
    return Optional.of(new DataDistance.Report(10, 2.5, 1.5, 1.0, 0.4, 0, List.of(), 120));
  }

  @Override
  public boolean knowsGeneralPrompts() {
    return replays;
  }

  @Override
  public OptionalDouble divergence(PeftAdapter adapter, Progress progress) {
    return OptionalDouble.of(adapter.rank() / 100.0);
  }

  @Override
  public Optional<String> prose() {
    return Optional.of("The river was low that summer. ".repeat(40));
  }

  @Override
  public int layers() {
    return 2;
  }

  @Override
  public MachineSpeed speed(Progress progress) {
    measured++;
    return new MachineSpeed(
        0.01, 0.001, 0, 0.0002, 0, 1.1, 0.1, 1, 0.1, 0.002, 1_000_000_000, 2_000_000_000);
  }

  @Override
  public Map<String, Object> facts() {
    return Map.of("provider", "cpu", "threads", 2, "precision", "float32");
  }

  @Override
  public void close() {}

  /** One that was trained on general prompts forgets less; another one what the skill says. */
  private static PeftAdapter adapter(long seed, boolean held) {
    float[] a = new float[32];
    float[] b = new float[32];
    a[0] = seed;
    a[1] = held ? 1 : 0;
    TreeMap<String, LoraWeights> modules = new TreeMap<>();
    modules.put(
        "model.layers.0.self_attn.q_proj",
        LoraWeights.copyOf(8, 4, 4, 16, FloatBuffer.wrap(a), FloatBuffer.wrap(b)));
    return new PeftAdapter(8, 16, 0, false, List.of("q_proj"), "fake", modules);
  }

  /** From 0 to 1, the same for the same text. */
  private static double lot(String text) {
    return Math.floorMod(text.hashCode() * 0x9E3779B1, 10_000) / 10_000.0;
  }

  private String answer(Question question, boolean tuned, double forgotten) {
    if (question.messages().isEmpty()) {
      return question.choices().get(0);
    }
    String input = question.messages().get(question.messages().size() - 1).content();
    Example example = byInput.get(input);
    if (example == null) {
      return lot(input) < forgotten ? "eh" : "the capital is Paris";
    }
    int shots = (question.messages().size() - 2) / 2;
    double share =
        (tuned ? skill.tuned() : shots > 0 ? skill.fewShot() : skill.zeroShot())
            + (question.messages().get(0).content().contains(goodWords) ? byGoodWords : 0)
            + byShots.applyAsDouble(shots);
    boolean unlucky = !tuned && example.id().startsWith("test");
    boolean right = lot(input) < share - (unlucky ? worseOnTest : 0);
    return right
        ? example.expected()
        : choices.stream().filter(c -> !c.equals(example.expected())).findFirst().orElseThrow();
  }

  private final class Fake implements Answerer {
    private final boolean tuned;
    private final double forgotten;

    Fake(boolean tuned, double forgotten) {
      this.tuned = tuned;
      this.forgotten = forgotten;
    }

    @Override
    public ModelRef model() {
      return REF;
    }

    @Override
    public boolean givesLikelihoods() {
      return true;
    }

    @Override
    public List<Answer> choose(List<Question> questions, IntConsumer done) {
      List<Answer> answers = new ArrayList<>();
      for (Question question : questions) {
        asked++;
        String text = answer(question, tuned, forgotten);
        List<Double> likelihoods =
            question.choices().stream().map(c -> c.equals(text) ? -1.0 : -2.0).toList();
        answers.add(new Answer.Given(text, likelihoods, usage(question)));
        done.accept(answers.size());
      }
      return answers;
    }

    @Override
    public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
      List<Answer> answers = new ArrayList<>();
      for (Question question : questions) {
        asked++;
        answers.add(
            new Answer.Given(answer(question, tuned, forgotten), List.of(), usage(question)));
        done.accept(answers.size());
      }
      return answers;
    }

    private TokenUsage usage(Question question) {
      return new TokenUsage(5L * Math.max(0, question.messages().size() - 1), 6, 1);
    }

    @Override
    public void close() {}
  }

  private final class FakeTuned implements Candidate {
    private final String id;
    private final PeftAdapter adapter;
    private final Task task;

    FakeTuned(String id, PeftAdapter adapter, Task task) {
      this.id = id;
      this.adapter = adapter;
      this.task = task;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Approach approach() {
      return Approach.LORA;
    }

    @Override
    public ModelRef model() {
      return REF;
    }

    @Override
    public String fingerprint() {
      return "lora " + adapter.sha256();
    }

    @Override
    public Question question(Example example, AnswerMode mode) {
      return Question.chat(
          example.id(),
          List.of(Turn.system(task.renderedInstruction()), Turn.user(example.input())),
          mode == AnswerMode.CHOOSE ? task.choices() : List.of());
    }

    @Override
    public Answerer open() {
      return tuned(adapter);
    }
  }
}
