package dev.tuneworthy.retention;

import java.util.Optional;

/**
 * One item as the base model and the tuned model answered it.
 *
 * @param cluster its template family, or its own id where it has none; items of one cluster flip
 *     together
 * @param question the text that was to be continued, or the message
 */
public record PairedItem(
    String id, String capability, String cluster, String question, Reply before, Reply after) {

  /**
   * One answer.
   *
   * @param text the chosen continuation or the generated text; the reason where there is no answer
   * @param right empty where there is no answer, which is neither right nor wrong
   * @param wrongForm whether a free answer that is wrong says what is asked, in the wrong form
   */
  public record Reply(String text, Optional<Boolean> right, boolean wrongForm) {
    public Reply(String text, Optional<Boolean> right) {
      this(text, right, false);
    }
  }

  /** Whether both answered; only then does the item count. */
  public boolean counts() {
    return before.right.isPresent() && after.right.isPresent();
  }

  /** Right before, wrong after. */
  public boolean lost() {
    return counts() && before.right.orElseThrow() && !after.right.orElseThrow();
  }

  /** Wrong before, right after. */
  public boolean gained() {
    return counts() && !before.right.orElseThrow() && after.right.orElseThrow();
  }
}
