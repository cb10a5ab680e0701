package dev.tuneworthy.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.decision.DecisionStore;
import dev.tuneworthy.decision.StoredDecision;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.job.Job;
import dev.tuneworthy.job.JobQueue;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes requests in: checks them, knows a repeated one, and queues a new one. Decisions come in one
 * after another, so that neither the bound of the queue nor an idempotency key can be overrun.
 */
@ApplicationScoped
class DecisionIntake {
  private final DecisionRequests requests;
  private final DecisionStore store;
  private final JobQueue queue;
  private final ObjectMapper json;
  private final Clock clock;

  DecisionIntake(
      DecisionRequests requests,
      DecisionStore store,
      JobQueue queue,
      ObjectMapper json,
      Clock clock) {
    this.requests = requests;
    this.store = store;
    this.queue = queue;
    this.json = json;
    this.clock = clock;
  }

  /**
   * The id of the decision, new or, for a repeated request, the one there is. What a repeated
   * request names may be gone by then: it is not looked at again.
   */
  String accept(DecisionBody body, Optional<String> idempotencyKey) {
    String text = text(body);
    String hash = sha256(text);
    Optional<String> earlier =
        QuarkusTransaction.requiringNew().call(() -> repeated(idempotencyKey, hash));
    if (earlier.isPresent()) {
      return earlier.get();
    }
    DecisionRequest request = requests.resolve(body);
    synchronized (this) {
      return QuarkusTransaction.requiringNew()
          .call(
              () ->
                  repeated(idempotencyKey, hash)
                      .orElseGet(() -> queue(request, text, hash, idempotencyKey)));
    }
  }

  private Optional<String> repeated(Optional<String> idempotencyKey, String hash) {
    return idempotencyKey.flatMap(store::findByKey).map(earlier -> repeated(earlier, hash));
  }

  private String repeated(StoredDecision earlier, String hash) {
    if (!earlier.requestSha256().equals(hash)) {
      throw ServiceException.of(
          ErrorCode.CONFLICT,
          "Idempotency-Key",
          "the body that this key came with before",
          "another body",
          "Use a new key for a new decision; the earlier one is " + earlier.id());
    }
    if (queue.find(earlier.id()).map(Job::purgeRequested).orElse(true)) {
      throw ServiceException.of(
          ErrorCode.CONFLICT,
          "Idempotency-Key",
          "a decision that is kept",
          earlier.id() + ", which was deleted",
          "Use a new key to decide again");
    }
    return earlier.id();
  }

  private String queue(
      DecisionRequest request, String text, String hash, Optional<String> idempotencyKey) {
    String id = UUID.randomUUID().toString();
    queue.submit(id, DecisionJob.KIND);
    store.add(
        new StoredDecision(
            id,
            idempotencyKey,
            text,
            hash,
            request.task().name(),
            request.policy().name(),
            clock.instant()));
    return id;
  }

  private String text(DecisionBody body) {
    try {
      return json.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a body that was read can be written", e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
