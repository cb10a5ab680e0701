package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.Trial;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/**
 * The decisions of the service. Every method is one transaction, or takes part in the caller's. The
 * command line has no use for it: its state is the decision folder.
 */
@ApplicationScoped
public class DecisionStore {
  private static final int ROWS_AT_ONCE = 500;

  private final EntityManager entities;

  DecisionStore(EntityManager entities) {
    this.entities = entities;
  }

  @Transactional
  public void add(StoredDecision decision) {
    entities.persist(decision);
  }

  @Transactional
  public Optional<StoredDecision> find(String id) {
    return Optional.ofNullable(entities.find(StoredDecision.class, id));
  }

  @Transactional
  public Optional<StoredDecision> findByKey(String idempotencyKey) {
    return entities
        .createQuery(
            "select d from StoredDecision d where d.idempotencyKey = :key", StoredDecision.class)
        .setParameter("key", idempotencyKey)
        .getResultStream()
        .findFirst();
  }

  /** One page, newest first. */
  @Transactional
  public List<DecisionSummary> page(int page, int size) {
    return entities
        .createQuery(
            "select new dev.tuneworthy.decision.DecisionSummary("
                + "d.id, d.taskName, d.policyName, d.verdict, d.createdAt)"
                + " from StoredDecision d order by d.createdAt desc, d.id desc",
            DecisionSummary.class)
        .setFirstResult(Math.multiplyExact(page, size))
        .setMaxResults(size)
        .getResultList();
  }

  @Transactional
  public long count() {
    return entities
        .createQuery("select count(d) from StoredDecision d", Long.class)
        .getSingleResult();
  }

  /** Keeps the verdict and every outcome, in place of those of an earlier run if there were any. */
  @Transactional
  public void settle(String id, Verdict verdict, String recordJson, List<Trial> trials) {
    find(id).ifPresent(decision -> decision.settle(verdict, recordJson));
    deleteOutcomes(id);
    int position = 0;
    for (Trial trial : trials) {
      for (ItemResult result : trial.results()) {
        entities.persist(new StoredOutcome(id, position++, trial, result));
        if (position % ROWS_AT_ONCE == 0) {
          entities.flush();
          entities.clear();
        }
      }
    }
  }

  @Transactional
  public long countOutcomes(String id) {
    return entities
        .createQuery("select count(o) from StoredOutcome o where o.decisionId = :id", Long.class)
        .setParameter("id", id)
        .getSingleResult();
  }

  @Transactional
  public void delete(String id) {
    deleteOutcomes(id);
    entities
        .createQuery("delete from StoredDecision d where d.id = :id")
        .setParameter("id", id)
        .executeUpdate();
  }

  private void deleteOutcomes(String id) {
    entities
        .createQuery("delete from StoredOutcome o where o.decisionId = :id")
        .setParameter("id", id)
        .executeUpdate();
  }
}
