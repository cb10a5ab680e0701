package dev.tuneworthy.decision;

import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.task.Task;
import java.util.List;
import java.util.Optional;

/**
 * What to decide.
 *
 * @param localModel name in the model catalogue, or the path of a GGUF file or Hugging Face folder
 * @param promptModel the remote model that the prompts go to; the local one if empty
 * @param seed of demonstrations, training order and sampling
 * @param quick fewer demonstrations, one training seed, a sample of the suites: minutes instead of
 *     tens of minutes
 */
public record DecisionRequest(
    Task task,
    Policy policy,
    List<BaselineSuite> suites,
    String localModel,
    Optional<RemoteModelSpec> promptModel,
    long seed,
    boolean quick) {
  /** Test items of a suite where it has to be quick. */
  static final int QUICK_ITEMS = 320;

  public DecisionRequest {
    suites = List.copyOf(suites);
  }

  /** What of the suites is asked: a sample of each where it has to be quick. */
  List<BaselineSuite> askedSuites() {
    return quick ? suites.stream().map(suite -> suite.sample(QUICK_ITEMS)).toList() : suites;
  }
}
