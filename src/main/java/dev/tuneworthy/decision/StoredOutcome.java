package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.scoring.Outcome;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** A row of {@code outcomes}: how one candidate fared on one item of a decision. */
@Entity
@Table(name = "outcomes")
@IdClass(StoredOutcome.Key.class)
class StoredOutcome {
  @Id
  @Column(name = "decision_id")
  String decisionId = "";

  @Id int position;

  String candidate = "";
  String split = "";
  String item = "";
  String outcome = "";
  @Nullable Double score;

  @Column(name = "cached_tokens")
  long cachedTokens;

  @Column(name = "fresh_tokens")
  long freshTokens;

  @Column(name = "output_tokens")
  long outputTokens;

  /** For Hibernate. */
  StoredOutcome() {}

  StoredOutcome(String decisionId, int position, Trial trial, ItemResult result) {
    this.decisionId = decisionId;
    this.position = position;
    this.candidate = trial.candidateId();
    this.split = trial.split().label();
    this.item = result.itemId();
    this.outcome = kind(result.outcome());
    this.score = result.outcome() instanceof Outcome.Scored scored ? scored.value() : null;
    this.cachedTokens = result.tokens().cached();
    this.freshTokens = result.tokens().fresh();
    this.outputTokens = result.tokens().output();
  }

  private static String kind(Outcome outcome) {
    if (outcome instanceof Outcome.Scored) {
      return "scored";
    }
    return outcome instanceof Outcome.Unscored ? "unscored" : "failed";
  }

  /** The place of an outcome within its decision. */
  record Key(String decisionId, int position) implements Serializable {}
}
