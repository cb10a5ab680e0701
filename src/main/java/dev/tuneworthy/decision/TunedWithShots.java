package dev.tuneworthy.decision;

import dev.tuneworthy.decision.TuneRung.Tuned;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Approach;
import dev.tuneworthy.evaluation.Candidate;
import dev.tuneworthy.evaluation.ContentHash;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.prompting.Selection;
import dev.tuneworthy.prompting.ShotPlan;
import dev.tuneworthy.task.Example;

/**
 * A tuned model that is shown demonstrations as well, though it was trained without: the weights
 * and what they forgot are those of the adapter, the request is that of a few-shot prompt.
 */
final class TunedWithShots implements Candidate {
  private final Tuned tuned;
  private final PromptCandidate prompt;

  private TunedWithShots(Tuned tuned, PromptCandidate prompt) {
    this.tuned = tuned;
    this.prompt = prompt;
  }

  /**
   * An adapter with so many demonstrations, evenly over the answers where these are a closed set.
   */
  static TunedWithShots of(Climb climb, Tuned tuned, int k) {
    Selection selection = climb.task().closed() ? Selection.BALANCED : Selection.RANDOM;
    ShotPlan plan = new ShotPlan(k, selection, climb.request().seed() * 10);
    return new TunedWithShots(
        tuned,
        PromptCandidate.fewShot(
            tuned.task(), plan, climb.bench().ref(), () -> climb.bench().tuned(tuned.adapter())));
  }

  boolean fits(Climb climb) {
    return new PromptLength(climb).fits(prompt);
  }

  /** The adapter below. */
  Tuned tuned() {
    return tuned;
  }

  /** The prompt that it is asked by. */
  PromptCandidate prompt() {
    return prompt;
  }

  /** As {@code lora(r=8,seed=1)+few-shot(k=4,balanced)}. */
  @Override
  public String id() {
    return tuned.candidate().id() + "+" + prompt.id();
  }

  @Override
  public Approach approach() {
    return Approach.LORA;
  }

  @Override
  public ModelRef model() {
    return prompt.model();
  }

  @Override
  public String fingerprint() {
    return new ContentHash()
        .add("lora with shots")
        .add(tuned.candidate().fingerprint())
        .add(prompt.fingerprint())
        .hex();
  }

  @Override
  public Question question(Example example, AnswerMode mode) {
    return prompt.question(example, mode);
  }

  @Override
  public Answerer open() {
    return prompt.open();
  }
}
