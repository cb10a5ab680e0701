package dev.tuneworthy.prompting;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.ContentHash;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A prompt on a model, local or remote: the instruction as system message, each demonstration as a
 * pair of user and assistant messages, then the example's own history and input. A prefix cache can
 * hold what is the same for every item: instruction and demonstrations, or the instruction alone
 * where each question gets its own demonstrations.
 */
public final class PromptCandidate implements Candidate {
  private final String id;
  private final Approach approach;
  private final Task task;
  private final List<Example> shots;
  private final Optional<Retriever> retriever;
  private final List<Turn> prefix;
  private final ModelRef model;
  private final Supplier<Answerer> opener;
  private final Calibration calibration;

  private PromptCandidate(
      String id,
      Approach approach,
      Task task,
      List<Example> shots,
      Optional<Retriever> retriever,
      ModelRef model,
      Supplier<Answerer> opener,
      Calibration calibration) {
    this.id = id;
    this.approach = approach;
    this.task = task;
    this.shots = List.copyOf(shots);
    this.retriever = retriever;
    this.prefix = prefix(task, shots);
    this.model = model;
    this.opener = opener;
    this.calibration = calibration;
  }

  /** The instruction alone. */
  public static PromptCandidate zeroShot(Task task, ModelRef model, Supplier<Answerer> opener) {
    return new PromptCandidate(
        with("zero-shot", wording(task)),
        Approach.ZERO_SHOT,
        task,
        List.of(),
        Optional.empty(),
        model,
        opener,
        Calibration.NONE);
  }

  /** The instruction and demonstrations from the training split. */
  public static PromptCandidate fewShot(
      Task task, ShotPlan plan, ModelRef model, Supplier<Answerer> opener) {
    boolean perQuestion = plan.selection().perQuestion();
    return new PromptCandidate(
        with(plan.id(), wording(task)),
        Approach.FEW_SHOT,
        task,
        perQuestion ? List.of() : Demonstrations.select(task, plan),
        perQuestion ? Optional.of(Demonstrations.retriever(task, plan)) : Optional.empty(),
        model,
        opener,
        Calibration.NONE);
  }

  /** The same prompt, calibrated so in choose mode: the same requests, read differently. */
  public PromptCandidate calibrated(Calibration how) {
    return new PromptCandidate(named(how), approach, task, shots, retriever, model, opener, how);
  }

  /** As {@code zero-shot(contextual)} or {@code few-shot(k=8,balanced,contextual)}. */
  private String named(Calibration how) {
    if (how == calibration) {
      return id;
    }
    if (calibration != Calibration.NONE) {
      throw new IllegalStateException(id + " is calibrated already");
    }
    return with(id, how.label());
  }

  /** As {@code instruction=2} where the task's first instruction is not the one in use. */
  private static String wording(Task task) {
    return task.wording() == 1 ? "" : "instruction=" + task.wording();
  }

  /** An id with something more between its brackets. */
  private static String with(String id, String more) {
    if (more.isEmpty()) {
      return id;
    }
    return id.endsWith(")")
        ? id.substring(0, id.length() - 1) + "," + more + ")"
        : id + "(" + more + ")";
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Approach approach() {
    return approach;
  }

  @Override
  public ModelRef model() {
    return model;
  }

  /**
   * The demonstrations, in the order in which the prompt shows them; empty where each question has
   * its own.
   */
  public List<Example> shots() {
    return shots;
  }

  /** Whether each question has its own demonstrations. */
  public boolean perQuestion() {
    return retriever.isPresent();
  }

  /** What chooses each question's own demonstrations, if anything does. */
  Optional<Retriever> retriever() {
    return retriever;
  }

  /** How its likelihoods are read in choose mode. */
  public Calibration calibration() {
    return calibration;
  }

  /** The messages that stand before every item: the instruction and what is shown to all. */
  public List<Turn> prefix() {
    return prefix;
  }

  @Override
  public String fingerprint() {
    ContentHash hash =
        new ContentHash()
            .add("prompt")
            .add(model.key())
            .add(model.provider())
            .add(prefix.stream().map(Turn::role).toList())
            .add(prefix.stream().map(Turn::content).toList());
    retriever.ifPresent(
        chooser ->
            hash.add(chooser.selection().label())
                .add(Integer.toString(chooser.k()))
                .add(chooser.texts())
                .add(chooser.pool().stream().map(Example::expected).toList()));
    return hash.hex();
  }

  @Override
  public Question question(Example example, AnswerMode mode) {
    return question(
        example.id(),
        example.history(),
        example.input(),
        mode == AnswerMode.CHOOSE ? task.choices() : List.of());
  }

  @Override
  public List<Question> calibrationQuestions() {
    return calibration.inputs(task).stream()
        .map(input -> question("calibration", List.of(), input, task.choices()))
        .toList();
  }

  private Question question(String id, List<Turn> history, String input, List<String> choices) {
    List<Turn> messages = new ArrayList<>(prefix);
    retriever.ifPresent(chooser -> show(chooser.choose(history, input), messages));
    messages.addAll(history);
    messages.add(Turn.user(input));
    return Question.chat(id, messages, choices).sharing(prefix.size());
  }

  @Override
  public Answerer open() {
    return opener.get();
  }

  private static List<Turn> prefix(Task task, List<Example> shots) {
    List<Turn> turns = new ArrayList<>();
    turns.add(Turn.system(task.renderedInstruction()));
    show(shots, turns);
    return List.copyOf(turns);
  }

  /** Adds each demonstration as the turns of a conversation. */
  static void show(List<Example> shots, List<Turn> turns) {
    for (Example shot : shots) {
      turns.addAll(shot.history());
      turns.add(Turn.user(shot.input()));
      turns.add(Turn.assistant(shot.expected()));
    }
  }
}
