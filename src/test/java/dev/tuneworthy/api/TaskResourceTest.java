package dev.tuneworthy.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TaskResourceTest {
  private static final String YAML =
      """
      name: tiny
      instruction: Answer yes or no.
      choices: ["yes", "no"]
      examples: {train: a.jsonl, dev: b.jsonl, test: c.jsonl}
      """;

  @Test
  void keepsATaskUnderItsContent() {
    String name = upload(YAML).post("/v1/tasks").then().statusCode(201).extract().path("name");
    String again = upload(YAML).post("/v1/tasks").then().statusCode(201).extract().path("name");
    assertThat(again).isEqualTo(name).matches(Names.PATTERN);
    given().get("/v1/tasks").then().body("uploaded", hasItem(name));
    Requests.post("{\"task\": \"" + name + "\"}").then().statusCode(202);
    given().delete("/v1/tasks/" + name).then().statusCode(204);
    given().delete("/v1/tasks/" + name).then().statusCode(404);
  }

  @Test
  void refusesATaskThatNamesAFileElsewhere() {
    upload(YAML.replace("a.jsonl", "../../../../etc/passwd"))
        .post("/v1/tasks")
        .then()
        .statusCode(422)
        .body("code", equalTo("BAD_TASK"));
  }

  @Test
  void refusesATaskWhoseFileIsMissing() {
    upload(YAML.replace("a.jsonl", "missing.jsonl"))
        .post("/v1/tasks")
        .then()
        .statusCode(404)
        .body("detail", containsString("missing.jsonl"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../task.yaml", ".hidden", "a b.jsonl", "/etc/x"})
  void refusesAFileNameThatIsNotPlain(String name) {
    upload(YAML)
        .multiPart("file", name, "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .post("/v1/tasks")
        .then()
        .statusCode(400)
        .body("code", equalTo("BAD_REQUEST"));
  }

  @Test
  void listsWhatIsShipped() {
    given().get("/v1/policies").then().body("items", hasItem("balanced"));
    given().get("/v1/suites").then().body("items", hasItem("baseline"));
    given().get("/v1/models").then().body("items.id", hasItem("smollm2-135m-instruct"));
    given().get("/v1/tasks").then().body("shipped", hasItem("customer-mood"));
  }

  @Test
  void publishesTheSchemaOfTheRecord() {
    given()
        .get("/v1/schemas/decision.json")
        .then()
        .statusCode(200)
        .body("title", equalTo("Decision record"));
  }

  /** Uploads a task of its own; returns the name to ask for it. */
  static String upload() {
    return upload(YAML + "description: " + UUID.randomUUID() + "\n").post("/v1/tasks").path("name");
  }

  private static RequestSpecification upload(String yaml) {
    return given()
        .multiPart("file", "task.yaml", bytes(yaml))
        .multiPart("file", "a.jsonl", bytes(examples("one")))
        .multiPart("file", "b.jsonl", bytes(examples("two")))
        .multiPart("file", "c.jsonl", bytes(examples("three")));
  }

  private static String examples(String word) {
    return "{\"input\": \"Is it %s?\", \"expected\": \"yes\"}\n".formatted(word)
        + "{\"input\": \"Is it not %s?\", \"expected\": \"no\"}\n".formatted(word);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
