package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.evaluation.QuestionRunner;
import dev.tuneworthy.retention.NeutralText;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far an adapter moves the model where nobody asked it to, beside the items of the suites. It
 * decides nothing: it says in two numbers what items of right and wrong may still hide.
 *
 * @param bitsBefore bits a byte of neutral prose under the base model; empty without prose
 * @param bitsAfter the same under the tuned one
 * @param klToBase mean KL(base ‖ tuned) in nats a token at the base model's own answers to general
 *     prompts that no training replays; empty without such prompts
 */
public record Drift(
    Optional<Double> bitsBefore, Optional<Double> bitsAfter, OptionalDouble klToBase) {
  private record Bits(Optional<Double> before, Optional<Double> after) {}

  /**
   * Measures.
   *
   * @param name of the tuned model, for progress
   * @param prose neutral text, if there is any
   * @param ofTuned as in {@link BaselineComparison#measure}
   */
  public static Drift of(
      Bench bench,
      BaselineComparison comparison,
      String name,
      PeftAdapter adapter,
      Optional<String> prose,
      QuestionRunner ofTuned,
      Progress progress) {
    Bits bits =
        prose
            .map(NeutralText::of)
            .map(
                text ->
                    comparison.asking(
                        bench,
                        name,
                        adapter,
                        ofTuned,
                        ofBase -> {},
                        pair ->
                            new Bits(
                                text.bitsPerByte(pair.base(), progress),
                                text.bitsPerByte(pair.tuned(), progress))))
            .orElse(new Bits(Optional.empty(), Optional.empty()));
    return new Drift(bits.before(), bits.after(), bench.divergence(adapter, progress));
  }
}
