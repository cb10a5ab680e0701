package dev.tuneworthy.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Requests that several tests make. */
final class Requests {
  static final String TASK =
      """
{"name": "yes-no", "instruction": "Answer yes or no.", "choices": ["yes", "no"],
 "examples": {
   "train": [{"input": "Is water wet?", "expected": "yes"}, {"input": "Is ice hot?", "expected": "no"}],
   "dev": [{"input": "Is fire hot?", "expected": "yes"}, {"input": "Is snow black?", "expected": "no"}],
   "test": [{"input": "Is the sun bright?", "expected": "yes"}, {"input": "Is coal white?", "expected": "no"}]}}
""";

  private Requests() {}

  static String body() {
    return "{\"task\": " + TASK + "}";
  }

  static Response post(String body) {
    return given().contentType(ContentType.JSON).body(body).post("/v1/decisions");
  }

  static String accepted() {
    Response response = post(body());
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(202);
    return response.path("id");
  }

  /** Cancels what earlier tests left to do, so that the queue has all its places. */
  static void emptyQueue() {
    List<String> open =
        given()
            .get("/v1/decisions?size=100")
            .path("items.findAll { it.status == 'QUEUED' || it.status == 'RUNNING' }.id");
    open.forEach(id -> given().delete("/v1/decisions/" + id).then().statusCode(202));
  }

  static void awaitStatus(String id, String status) throws InterruptedException {
    Instant limit = Instant.now().plus(Duration.ofSeconds(20));
    String seen = "";
    while (!seen.equals(status)) {
      assertThat(Instant.now()).as("still %s, not %s", seen, status).isBefore(limit);
      Thread.sleep(50);
      seen = given().get("/v1/decisions/" + id).path("status");
    }
  }
}
