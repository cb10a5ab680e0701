package dev.tuneworthy.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.scoring.Outcome;
import dev.tuneworthy.task.Split;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code outcomes.jsonl}.
 *
 * @param outcome {@code scored}, {@code unscored} or {@code failed}
 * @param value of a scored outcome, else absent
 * @param reason of the other two, else absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OutcomeLine(
    @JsonProperty(required = true) String candidate,
    @JsonProperty(required = true) String approach,
    @JsonProperty(required = true) ModelRef model,
    @JsonProperty(required = true) String split,
    @JsonProperty(required = true) String mode,
    @JsonProperty(required = true) String item,
    @JsonProperty(required = true) String answer,
    @JsonProperty(required = true) String outcome,
    @Nullable Double value,
    @Nullable String reason,
    @JsonProperty(required = true) Tokens tokens) {

  record Tokens(long cached, long fresh, long output) {}

  /** What the lines of one trial share. */
  record TrialKey(String candidate, String approach, ModelRef model, String split, String mode) {
    Trial trial(List<ItemResult> results) {
      Approach kind =
          List.of(Approach.values()).stream()
              .filter(a -> a.label().equals(approach))
              .findFirst()
              .orElseThrow();
      return new Trial(
          candidate,
          kind,
          model,
          Split.valueOf(split.toUpperCase(Locale.ROOT)),
          AnswerMode.valueOf(mode.toUpperCase(Locale.ROOT)),
          results);
    }
  }

  static OutcomeLine of(Trial trial, ItemResult result) {
    Outcome judged = result.outcome();
    String kind = "failed";
    Optional<Double> value = Optional.empty();
    Optional<String> reason = Optional.empty();
    if (judged instanceof Outcome.Scored scored) {
      kind = "scored";
      value = Optional.of(scored.value());
    } else if (judged instanceof Outcome.Unscored unscored) {
      kind = "unscored";
      reason = Optional.of(unscored.reason());
    } else if (judged instanceof Outcome.Failed failed) {
      reason = Optional.of(failed.reason());
    }
    TokenUsage used = result.tokens();
    return new OutcomeLine(
        trial.candidateId(),
        trial.approach().label(),
        trial.model(),
        trial.split().label(),
        trial.mode().label(),
        result.itemId(),
        result.answer(),
        kind,
        value.orElse(null),
        reason.orElse(null),
        new Tokens(used.cached(), used.fresh(), used.output()));
  }

  @JsonIgnore
  TrialKey trial() {
    return new TrialKey(candidate, approach, model, split, mode);
  }

  @JsonIgnore
  ItemResult result() {
    return new ItemResult(
        item, answer, judged(), new TokenUsage(tokens.cached(), tokens.fresh(), tokens.output()));
  }

  private Outcome judged() {
    String why = Optional.ofNullable(reason).orElse("");
    return switch (outcome) {
      case "scored" -> new Outcome.Scored(Optional.ofNullable(value).orElseThrow());
      case "unscored" -> new Outcome.Unscored(why);
      case "failed" -> new Outcome.Failed(why);
      default -> throw new IllegalArgumentException("unknown outcome '" + outcome + "'");
    };
  }
}
