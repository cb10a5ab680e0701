package dev.tuneworthy.decision;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row of {@code decisions}: what was asked and, once it is known, the record as JSON. */
@Entity
@Table(name = "decisions")
public class StoredDecision {
  @Id private String id = "";

  @Column(name = "idempotency_key")
  private @Nullable String idempotencyKey;

  @Column(name = "request_sha256")
  private String requestSha256 = "";

  private String request = "";

  @Column(name = "task_name")
  private String taskName = "";

  @Column(name = "policy_name")
  private String policyName = "";

  @Enumerated(EnumType.STRING)
  private @Nullable Verdict verdict;

  private @Nullable String record;

  @Column(name = "created_at")
  private Instant createdAt = Instant.EPOCH;

  /** For Hibernate. */
  protected StoredDecision() {}

  /**
   * @param request the request's body as JSON
   * @param requestSha256 of that body, to know a repeated request
   */
  public StoredDecision(
      String id,
      Optional<String> idempotencyKey,
      String request,
      String requestSha256,
      String taskName,
      String policyName,
      Instant createdAt) {
    this.id = id;
    this.idempotencyKey = idempotencyKey.orElse(null);
    this.request = request;
    this.requestSha256 = requestSha256;
    this.taskName = taskName;
    this.policyName = policyName;
    this.createdAt = createdAt;
  }

  public String id() {
    return id;
  }

  public Optional<String> idempotencyKey() {
    return Optional.ofNullable(idempotencyKey);
  }

  public String requestSha256() {
    return requestSha256;
  }

  public String request() {
    return request;
  }

  public String taskName() {
    return taskName;
  }

  public String policyName() {
    return policyName;
  }

  public Optional<Verdict> verdict() {
    return Optional.ofNullable(verdict);
  }

  public Optional<String> record() {
    return Optional.ofNullable(record);
  }

  public Instant createdAt() {
    return createdAt;
  }

  void settle(Verdict settled, String json) {
    verdict = settled;
    record = json;
  }
}
