package dev.tuneworthy.api;

import static dev.tuneworthy.api.Requests.TASK;
import static dev.tuneworthy.api.Requests.body;
import static dev.tuneworthy.api.Requests.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class BadBodiesTest {
  private static final String PROBLEM = "application/problem+json";

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "\"text\"", "nonsense", "{\"task\": ", "{\"seed\": \"x\"}"})
  void refusesWhatIsNotTheBody(String body) {
    Response response = post(body);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(400);
    response.then().contentType(PROBLEM).body("code", equalTo("BAD_REQUEST"));
  }

  @Test
  void refusesAnEmptyBody() {
    given()
        .contentType(ContentType.JSON)
        .post("/v1/decisions")
        .then()
        .statusCode(400)
        .contentType(PROBLEM);
  }

  @Test
  void namesTheNearestFieldForAnUnknownOne() {
    post("{\"tsak\": \"customer-mood\"}")
        .then()
        .statusCode(400)
        .body("violations[0].field", equalTo("tsak"))
        .body("detail", containsString("did you mean 'task'?"));
  }

  @Test
  void namesWhatIsMissing() {
    post("{}").then().statusCode(400).body("violations[0].field", equalTo("task"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "customer-mood/../customer-mood",
        "file:///etc/passwd",
        "http://127.0.0.1:1/task",
        "C:\\\\task"
      })
  void neverTakesATextAsAPathOrAddress(String text) {
    String quoted = "\"" + text + "\"";
    for (String body :
        new String[] {
          "{\"task\": " + quoted + "}",
          "{\"task\": " + TASK + ", \"policy\": " + quoted + "}",
          "{\"task\": " + TASK + ", \"suites\": [" + quoted + "]}",
          "{\"task\": " + TASK + ", \"model\": " + quoted + "}"
        }) {
      Response response = post(body);
      assertThat(response.statusCode()).as(body + response.asString()).isEqualTo(400);
      response.then().contentType(PROBLEM);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "task, customer-moood, customer-mood",
    "policy, balancd, balanced",
    "model, smollm2-135m-instrct, smollm2-135m-instruct"
  })
  void namesTheNearestForANameThatIsNotHere(String field, String name, String nearest) {
    String other = field.equals("task") ? "" : "\"task\": " + TASK + ", ";
    post("{" + other + "\"" + field + "\": \"" + name + "\"}")
        .then()
        .statusCode(404)
        .body("detail", containsString("Did you mean '" + nearest + "'?"));
  }

  @Test
  void namesTheElementOfAListThatIsWrong() {
    post("{\"task\": " + TASK + ", \"suites\": [\"baseline\", \"/etc\"]}")
        .then()
        .statusCode(400)
        .body("violations[0].field", equalTo("suites[1]"))
        .body("detail", containsString("suites[1] must be a name"));
  }

  @Test
  void opensNoFileForAnInlineTask() {
    String body =
        "{\"task\": {\"name\": \"t\", \"instruction\": \"i\", \"examples\": \"train.jsonl\"}}";
    post(body).then().statusCode(422).body("code", equalTo("BAD_TASK"));
  }

  @Test
  void opensNoCatalogueForAnInlinePolicy() {
    String policy =
        "{\"name\": \"p\", \"traffic\": {\"requestsPerMonth\": 1}, \"quality\": {\"minimum\": 0.5},"
            + " \"prices\": {\"catalogue\": \"prices.json\"}}";
    post("{\"task\": " + TASK + ", \"policy\": " + policy + "}")
        .then()
        .statusCode(422)
        .body("code", equalTo("BAD_POLICY"));
  }

  @Test
  void saysBeforeAnythingRunsWhatIsWrongWithTheTask() {
    post(body().replace("\"expected\": \"no\"", "\"expected\": \"perhaps\""))
        .then()
        .statusCode(422)
        .contentType(PROBLEM)
        .body("detail", containsString("perhaps"));
  }

  @Test
  void sendsNoExamplesAwayUnlessThePolicyAllowsIt() {
    post("{\"task\": " + TASK + ", \"promptModel\": \"openai:gpt-4o\"}")
        .then()
        .statusCode(422)
        .body("code", equalTo("PRIVACY"))
        .body("detail", containsString("privacy.remoteExamples: true"));
  }

  @Test
  void refusesABodyThatIsTooLargeBeforeItIsSent() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
      String head =
          "POST /v1/decisions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: 33554433\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(20_000);
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("}") < 0) {
        answer.append((char) socket.getInputStream().read());
      }
      assertThat(answer.toString()).startsWith("HTTP/1.1 413").contains(PROBLEM, "INPUT_TOO_LARGE");
    }
  }

  @Test
  void refusesAnotherMediaType() {
    given()
        .contentType(ContentType.TEXT)
        .body("task")
        .post("/v1/decisions")
        .then()
        .statusCode(415)
        .contentType(PROBLEM);
  }

  @Test
  void saysThatNothingIsThere() {
    given().get("/v1/nothing").then().statusCode(404).contentType(PROBLEM);
  }

  @Test
  void refusesAnIdempotencyKeyThatIsTooLong() {
    given()
        .header("Idempotency-Key", "k".repeat(201))
        .contentType(ContentType.JSON)
        .body(body())
        .post("/v1/decisions")
        .then()
        .statusCode(400)
        .contentType(PROBLEM);
  }

  @Test
  void refusesWhatAForeignWebPageMakesABrowserSend() {
    given()
        .header("Origin", "https://example.org")
        .get("/v1/decisions")
        .then()
        .statusCode(403)
        .contentType(PROBLEM);
    given().header("Host", "rebound.example.org").get("/v1/decisions").then().statusCode(403);
  }
}
