package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import java.util.ArrayList;
import java.util.List;

/**
 * The local model with an adapter, asked by the zero-shot prompt that the adapter was trained on.
 */
public final class TunedCandidate implements Candidate {
  private final String id;
  private final LocalModel model;
  private final PeftAdapter adapter;
  private final double scale;
  private final Task task;
  private final String fingerprint;

  /**
   * @param id as {@code lora(r=8,seed=1)}
   * @param scale 0 is the base model, 1 the adapter as trained
   */
  public TunedCandidate(String id, LocalModel model, PeftAdapter adapter, double scale, Task task) {
    this.id = id;
    this.model = model;
    this.adapter = adapter;
    this.scale = scale;
    this.task = task;
    this.fingerprint =
        String.join("|", "lora", model.ref().key(), adapter.sha256(), Double.toString(scale));
  }

  /** The instruction, the turns before, and the input. */
  static List<Turn> messages(Task task, Example example) {
    List<Turn> messages = new ArrayList<>();
    messages.add(Turn.system(task.renderedInstruction()));
    messages.addAll(example.history());
    messages.add(Turn.user(example.input()));
    return messages;
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
    return model.ref();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Question question(Example example, AnswerMode mode) {
    return Question.chat(
            example.id(),
            messages(task, example),
            mode == AnswerMode.CHOOSE ? task.choices() : List.of())
        .sharing(1); // the instruction
  }

  @Override
  public Answerer open() {
    return model.tuned(adapter, scale);
  }
}
