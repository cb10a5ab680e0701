package dev.tuneworthy.api;

import static dev.tuneworthy.api.Requests.accepted;
import static dev.tuneworthy.api.Requests.awaitStatus;
import static dev.tuneworthy.api.Requests.body;
import static dev.tuneworthy.api.Requests.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.tuneworthy.decision.DecisionStore;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.job.JobQueue;
import dev.tuneworthy.job.JobState;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class DecisionResourceTest {
  @Inject JobQueue queue;
  @Inject FakeDecider decider;
  @Inject DecisionStore store;

  private final CountDownLatch release = new CountDownLatch(1);

  @BeforeEach
  void startWithAnEmptyQueue() throws InterruptedException {
    Requests.emptyQueue();
    // What was running ends soon after; until then it would meet this test's decider.
    Instant limit = Instant.now().plusSeconds(20);
    while (queue.count(JobState.QUEUED) + queue.count(JobState.RUNNING) > 0) {
      assertThat(Instant.now()).as("an earlier test's decision goes on").isBefore(limit);
      Thread.sleep(20);
    }
  }

  @AfterEach
  void letGo() {
    release.countDown();
    decider.reset();
  }

  @Test
  void acceptsAnInlineTaskAndMakesTheDecision() throws Exception {
    String id = accepted();
    awaitStatus(id, "SUCCEEDED");
    given()
        .get("/v1/decisions/" + id)
        .then()
        .statusCode(200)
        .body("task", equalTo("yes-no"))
        .body("policy", equalTo("balanced"))
        .body("verdict", equalTo("TUNE"))
        .body("record.candidates.size()", equalTo(3))
        .body("record.recommended", equalTo("lora(r=8)"))
        .body("progress.rung", equalTo("prompt"));
    assertThat(store.countOutcomes(id)).isEqualTo(2);
  }

  @Test
  void saysWhereToFollowAndWhenToAskAgain() {
    post(body())
        .then()
        .statusCode(202)
        .header("Location", containsString("/v1/decisions/"))
        .header("Retry-After", "5");
  }

  @Test
  void givesReportAndArtifactsOnceTheDecisionIsMade() throws Exception {
    String id = accepted();
    awaitStatus(id, "SUCCEEDED");
    String at = "/v1/decisions/" + id;
    given()
        .accept("text/html")
        .get(at + "/report")
        .then()
        .statusCode(200)
        .header("Content-Security-Policy", containsString("default-src 'none'"))
        .body(containsString("<!doctype html>"));
    given().accept("text/markdown").get(at + "/report").then().body(containsString("# "));
    given().get(at + "/artifacts/record").then().body("verdict", equalTo("TUNE"));
    given().get(at + "/artifacts/prompt").then().body("messages.size()", equalTo(0));
    assertThat(given().get(at + "/artifacts/outcomes").asString().lines()).hasSize(2);
    assertThat(zipNames(given().get(at + "/artifacts/adapter").asByteArray()))
        .containsExactly("adapter_config.json");
  }

  @Test
  void hasNoReportBeforeTheDecisionIsMade() {
    decider.behave(this::untilReleased);
    String id = accepted();
    given()
        .get("/v1/decisions/" + id + "/report")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("detail", containsString("a decision that is made"));
  }

  @Test
  void refusesAnArtifactThatIsNotOne() throws Exception {
    String id = accepted();
    given()
        .get("/v1/decisions/" + id + "/artifacts/recrod")
        .then()
        .statusCode(404)
        .body("detail", containsString("Did you mean 'record'?"));
    given().get("/v1/decisions/" + id + "/artifacts/..%2F..%2Fnode").then().statusCode(404);
  }

  @Test
  void repeatsTheAnswerForARepeatedRequest() {
    String key = UUID.randomUUID().toString();
    String first = keyed(key, body()).then().statusCode(202).extract().path("id");
    String second = keyed(key, body()).then().statusCode(202).extract().path("id");
    assertThat(second).isEqualTo(first);
  }

  @Test
  void refusesAKeyThatCameWithAnotherBody() {
    String key = UUID.randomUUID().toString();
    keyed(key, body()).then().statusCode(202);
    keyed(key, body().replace("wet", "dry"))
        .then()
        .statusCode(409)
        .body("code", equalTo("CONFLICT"));
  }

  @Test
  void knowsARepeatedRequestEvenIfItsTaskIsGone() {
    String task = TaskResourceTest.upload();
    String key = UUID.randomUUID().toString();
    String body = "{\"task\": \"" + task + "\"}";
    String first = keyed(key, body).then().statusCode(202).extract().path("id");
    given().delete("/v1/tasks/" + task).then().statusCode(204);
    assertThat(keyed(key, body).then().statusCode(202).extract().<String>path("id"))
        .isEqualTo(first);
  }

  @Test
  void saysThatTheDecisionOfAKeyIsBeingDeleted() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    decider.behave(
        (request, folder, progress) -> {
          started.countDown();
          return untilReleased(request, folder, progress);
        });
    String key = UUID.randomUUID().toString();
    String id = keyed(key, body()).path("id");
    started.await();
    given().delete("/v1/decisions/" + id).then().statusCode(202);
    keyed(key, body())
        .then()
        .statusCode(409)
        .body("detail", containsString(id + ", which was deleted"));
  }

  @Test
  void refusesMoreThanTheQueueHolds() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    decider.behave(
        (request, folder, progress) -> {
          started.countDown();
          return untilReleased(request, folder, progress);
        });
    List<String> waiting = new ArrayList<>(List.of(accepted()));
    started.await();
    for (int i = 0; i < 5; i++) {
      waiting.add(accepted());
    }
    post(body())
        .then()
        .statusCode(429)
        .header("Retry-After", notNullValue())
        .body("code", equalTo("QUEUE_FULL"))
        .body("retryable", equalTo(true));
    waiting.forEach(id -> given().delete("/v1/decisions/" + id).then().statusCode(202));
  }

  @Test
  void cancelsAndPurgesWhatRuns() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    decider.behave(
        (request, folder, progress) -> {
          started.countDown();
          while (true) {
            progress.report(new Progress.Step("tune", "lora", 1, 100, 0));
            pause();
          }
        });
    String id = accepted();
    started.await();
    given().delete("/v1/decisions/" + id).then().statusCode(202).body("id", equalTo(id));
    given().get("/v1/decisions/" + id).then().statusCode(404);
    given().get("/v1/decisions").then().body("items.id", not(hasItem(id)));
    for (int i = 0; i < 200 && store.find(id).isPresent(); i++) {
      pause();
    }
    assertThat(store.find(id)).isEmpty();
  }

  @Test
  void keepsTheReasonOfAFailedDecision() throws Exception {
    decider.behave(
        (request, folder, progress) -> {
          throw new ServiceException(ErrorCode.PROMPT_TOO_LONG, "the prompt has 9000 tokens");
        });
    String id = accepted();
    awaitStatus(id, "FAILED");
    given()
        .get("/v1/decisions/" + id)
        .then()
        .body("failure.code", equalTo("PROMPT_TOO_LONG"))
        .body("failure.message", endsWith("9000 tokens"))
        .body("failure.retryable", equalTo(false));
  }

  @Test
  void listsNewestFirst() {
    String older = accepted();
    String newer = accepted();
    List<String> ids = given().get("/v1/decisions?size=2").path("items.id");
    assertThat(ids).containsExactly(newer, older);
  }

  @ParameterizedTest
  @ValueSource(strings = {"size=0", "size=101", "page=-1"})
  void refusesAPageOutOfBounds(String query) {
    given()
        .get("/v1/decisions?" + query)
        .then()
        .statusCode(400)
        .body("violations[0].field", equalTo(query.substring(0, 4)));
  }

  @Test
  void sendsEventsUntilTheEnd() throws Exception {
    String id = accepted();
    awaitStatus(id, "SUCCEEDED");
    String events =
        given().accept("text/event-stream").get("/v1/decisions/" + id + "/events").asString();
    assertThat(events)
        .contains("event:state", "event:end", "\"status\":\"SUCCEEDED\"")
        .doesNotContain("event:progress");
  }

  @Test
  void sendsProgressWhileTheDecisionIsMade() throws Exception {
    decider.behave(
        (request, folder, progress) -> {
          for (int i = 0; i < 4; i++) {
            progress.report(new Progress.Step("tune", "lora", i, 4, 0));
            pause();
            pause();
            pause();
          }
          return FakeDecider.tune(request, folder, progress);
        });
    String events =
        given()
            .accept("text/event-stream")
            .get("/v1/decisions/" + accepted() + "/events")
            .asString();
    assertThat(events)
        .contains("event:progress", "\"rung\":\"tune\"", "event:end", "\"SUCCEEDED\"");
    assertThat(events.indexOf("event:state")).isLessThan(events.indexOf("event:progress"));
  }

  @Test
  void hasNoEventsForWhatDoesNotExist() {
    given()
        .accept("text/event-stream")
        .get("/v1/decisions/nothing/events")
        .then()
        .statusCode(404)
        .contentType("application/problem+json");
  }

  private dev.tuneworthy.decision.DecisionRecord untilReleased(
      dev.tuneworthy.decision.DecisionRequest request,
      java.nio.file.Path folder,
      Progress progress) {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return FakeDecider.tune(request, folder, progress);
  }

  private static io.restassured.response.Response keyed(String key, String body) {
    return given()
        .header("Idempotency-Key", key)
        .contentType(ContentType.JSON)
        .body(body)
        .post("/v1/decisions");
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> zipNames(byte[] zip) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
