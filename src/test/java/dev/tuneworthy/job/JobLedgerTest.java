package dev.tuneworthy.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The transitions, against a real database and without a worker. */
@QuarkusTest
@TestProfile(JobLedgerTest.WithoutWorker.class)
class JobLedgerTest {
  private static final String ME = "me";

  @Inject JobLedger ledger;
  @Inject JobQueue queue;
  @Inject EntityManager entities;

  @BeforeEach
  @Transactional
  void forget() {
    entities.createQuery("delete from StoredJob").executeUpdate();
  }

  @Test
  void takesTheOldestJobFirstAndEachOnce() {
    queue.submit("a", "work");
    queue.submit("b", "work");
    assertThat(ledger.claim(ME)).map(Job::id).contains("a");
    assertThat(ledger.claim(ME)).map(Job::id).contains("b");
    assertThat(ledger.claim(ME)).isEmpty();
  }

  @Test
  void putsAJobBackWhoseLeaseRanOut() {
    queue.submit("a", "work");
    ledger.claim("another process");
    expire("a");
    assertThat(ledger.recover(Optional.empty())).isEqualTo(1);
    assertThat(ledger.claim(ME)).map(Job::interruptions).contains(1);
  }

  @Test
  void putsBackWhatItsPredecessorLeftEvenWithinTheLease() {
    queue.submit("a", "work");
    ledger.claim(ME);
    assertThat(ledger.recover(Optional.empty())).isZero();
    assertThat(ledger.recover(Optional.of(ME))).isEqualTo(1);
    assertThat(state("a")).isEqualTo(JobState.QUEUED);
  }

  @Test
  void givesUpOnAJobThatKeepsKillingTheProcess() {
    queue.submit("a", "work");
    for (int i = 0; i < JobLedger.MOST_INTERRUPTIONS; i++) {
      assertThat(ledger.claim(ME)).isPresent();
      ledger.recover(Optional.of(ME));
    }
    assertThat(state("a")).isEqualTo(JobState.FAILED);
    assertThat(queue.find("a").orElseThrow().failure().orElseThrow().code()).isEqualTo("INTERNAL");
  }

  @Test
  void aWorkerThatLostItsLeaseChangesNothing() {
    queue.submit("a", "work");
    ledger.claim("slow process");
    expire("a");
    ledger.recover(Optional.empty());
    ledger.claim(ME);
    ledger.succeed("a", "slow process");
    assertThat(state("a")).isEqualTo(JobState.RUNNING);
    assertThat(ledger.renew("a", "slow process", Optional.empty()))
        .isEqualTo(JobLedger.Standing.LOST);
  }

  @Test
  void triesAgainAfterARetryableFaultUntilTheAttemptsAreUsedUp() {
    queue.submit("a", "work");
    ServiceException fault = new ServiceException(ErrorCode.REMOTE_MODEL, "unreachable");
    for (int attempt = 1; attempt <= 3; attempt++) {
      hurry("a");
      assertThat(ledger.claim(ME)).isPresent();
      ledger.fail("a", ME, fault);
      assertThat(state("a")).isEqualTo(attempt < 3 ? JobState.QUEUED : JobState.FAILED);
    }
  }

  @Test
  void waitsBeforeItTriesAgain() {
    queue.submit("a", "work");
    ledger.claim(ME);
    ledger.fail("a", ME, new ServiceException(ErrorCode.DISK, "full"));
    assertThat(ledger.claim(ME)).isEmpty();
  }

  @Test
  void failsAtOnceWhenTryingAgainCannotHelp() {
    queue.submit("a", "work");
    ledger.claim(ME);
    ledger.fail("a", ME, new ServiceException(ErrorCode.BAD_TASK, "no test split"));
    assertThat(state("a")).isEqualTo(JobState.FAILED);
    assertThat(queue.find("a").orElseThrow().failure().orElseThrow().retryable()).isFalse();
  }

  @Test
  void cancelsWhatWaitsAtOnceAndTellsWhatRuns() {
    queue.submit("waits", "work");
    assertThat(queue.cancelAndPurge("waits")).map(Job::state).contains(JobState.CANCELLED);
    queue.submit("runs", "work");
    ledger.claim(ME);
    assertThat(queue.cancelAndPurge("runs")).map(Job::state).contains(JobState.RUNNING);
    assertThat(ledger.renew("runs", ME, Optional.empty())).isEqualTo(JobLedger.Standing.CANCELLED);
    assertThat(ledger.toPurge()).extracting(Job::id).containsExactly("waits");
  }

  @Test
  void aCancelledJobIsNotBroughtBackByARestart() {
    queue.submit("a", "work");
    ledger.claim(ME);
    queue.cancelAndPurge("a");
    ledger.recover(Optional.of(ME));
    assertThat(state("a")).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void everyChangeThatAWatcherWantsToSeeMovesTheRevision() {
    long submitted = queue.submit("a", "work").revision();
    long claimed = ledger.claim(ME).orElseThrow().revision();
    ledger.renew("a", ME, Optional.of(new JobProgress("tune", "lora", 1, 2, 3)));
    Job progressed = queue.find("a").orElseThrow();
    ledger.renew("a", ME, Optional.empty());
    Job beaten = queue.find("a").orElseThrow();
    assertThat(claimed).isGreaterThan(submitted);
    assertThat(progressed.revision()).isGreaterThan(claimed);
    assertThat(progressed.progress()).isEqualTo(new JobProgress("tune", "lora", 1, 2, 3));
    assertThat(beaten.revision()).isEqualTo(progressed.revision());
  }

  private JobState state(String id) {
    return queue.find(id).orElseThrow().state();
  }

  private void expire(String id) {
    change(id, "leaseUntil", Instant.now().minus(Duration.ofMinutes(1)));
  }

  private void hurry(String id) {
    change(id, "notBefore", Instant.EPOCH);
  }

  private void change(String id, String field, Instant value) {
    io.quarkus.narayana.jta.QuarkusTransaction.requiringNew()
        .run(
            () ->
                entities
                    .createQuery("update StoredJob j set j." + field + " = :v where j.id = :id")
                    .setParameter("v", value)
                    .setParameter("id", id)
                    .executeUpdate());
  }

  /** The database without the worker that would take the jobs away. */
  public static class WithoutWorker implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "tuneworthy.serve", "false", "quarkus.datasource.h2.jdbc.url", "jdbc:h2:mem:ledger");
    }
  }
}
