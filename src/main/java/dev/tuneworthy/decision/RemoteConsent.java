package dev.tuneworthy.decision;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.prompting.RemoteModelSpec;

/** The owner's leave to send examples to somebody else's machine, which only a policy can give. */
public final class RemoteConsent {
  private RemoteConsent() {}

  /**
   * Passes if the policy allows examples to be sent to a remote model.
   *
   * @throws ServiceException {@code PRIVACY} if it does not
   */
  public static void check(Policy policy, RemoteModelSpec spec) {
    if (!policy.remoteExamples()) {
      throw ServiceException.of(
          ErrorCode.PRIVACY,
          "policy " + policy.name(),
          "privacy.remoteExamples: true before examples are sent to a remote model",
          "false and the prompt model " + spec.provider() + ":" + spec.model(),
          "Allow it in the policy, or leave the prompt model out.");
    }
  }
}
