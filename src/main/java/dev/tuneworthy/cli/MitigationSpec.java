package dev.tuneworthy.cli;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.tuning.Mitigation;
import dev.tuneworthy.tuning.Mitigation.KlInputs;

/** What {@code --mitigation} names: means against forgetting, separated by commas. */
final class MitigationSpec {
  private MitigationSpec() {}

  /**
   * {@code replay=SHARE}, {@code kl=WEIGHT} on general prompts, {@code task-kl=WEIGHT} on the
   * task's own, {@code ewc=STRENGTH}; any of them together, but one KL only.
   *
   * @throws ServiceException {@code BAD_USAGE} for anything else
   */
  static Mitigation parse(String text) {
    Mitigation all = Mitigation.NONE;
    for (String part : text.split(",", -1)) {
      Mitigation one = part(part.strip(), text);
      if (one.kl().isPresent() && all.kl().isPresent()) {
        throw wrong(text);
      }
      all = all.and(one);
    }
    return all;
  }

  private static Mitigation part(String part, String text) {
    int equals = part.indexOf('=');
    try {
      double value = Double.parseDouble(part.substring(equals + 1));
      return switch (part.substring(0, Math.max(0, equals))) {
        case "replay" -> Mitigation.replaying(value);
        case "kl" -> Mitigation.heldToBase(value, KlInputs.GENERAL);
        case "task-kl" -> Mitigation.heldToBase(value, KlInputs.TASK);
        case "ewc" -> Mitigation.consolidated(value);
        default -> throw wrong(text);
      };
    } catch (IllegalArgumentException e) { // no number, or one out of its range
      throw wrong(text);
    }
  }

  private static ServiceException wrong(String text) {
    return ServiceException.of(
        ErrorCode.BAD_USAGE,
        "--mitigation",
        "replay=0.15 (0.01 to 0.25), kl=0.1 or task-kl=0.1 (above 0, at most 100), ewc=100 (above"
            + " 0), or some of them separated by commas",
        "'" + text + "'",
        "Correct it.");
  }
}
