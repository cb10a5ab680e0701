package dev.tuneworthy.decision;

import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.task.Task;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to decide.
 *
 * @param localModel name in the model catalogue, or the path of a GGUF file or Hugging Face folder
 * @param promptModel the remote model that the prompts go to; the local one if empty
 * @param seed of demonstrations, training order and sampling
 * @param quick fewer demonstrations, one training seed, a sample of the suites: minutes instead of
 *     tens of minutes
 * @param learningCurve whether the tuned finalist is trained anew on less data, to tell whether
 *     more would change the verdict; else that is done where the verdict wants for it and time is
 *     left
 */
public record DecisionRequest(
    Task task,
    Policy policy,
    List<BaselineSuite> suites,
    String localModel,
    Optional<RemoteModelSpec> promptModel,
    long seed,
    boolean quick,
    boolean learningCurve) {
  /**
   * Test items of a suite where it has to be quick, or where the gate cannot fail, so that they
   * inform and decide nothing.
   */
  private static final int SAMPLE_ITEMS = 320;

  public DecisionRequest {
    suites = List.copyOf(suites);
  }

  /** Without asking for a learning curve. */
  public DecisionRequest(
      Task task,
      Policy policy,
      List<BaselineSuite> suites,
      String localModel,
      Optional<RemoteModelSpec> promptModel,
      long seed,
      boolean quick) {
    this(task, policy, suites, localModel, promptModel, seed, quick, false);
  }

  /** What of the suites is asked: a sample of each where that is enough. */
  List<BaselineSuite> askedSuites() {
    OptionalInt most = mostItems();
    return most.isPresent()
        ? suites.stream().map(suite -> suite.sample(most.getAsInt())).toList()
        : suites;
  }

  /** About so many test items of a suite are asked; all if empty. */
  OptionalInt mostItems() {
    return quick || RetentionGate.cannotFail(policy.retention())
        ? OptionalInt.of(SAMPLE_ITEMS)
        : OptionalInt.empty();
  }
}
