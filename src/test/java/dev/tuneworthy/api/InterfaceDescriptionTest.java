package dev.tuneworthy.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@QuarkusTest
class InterfaceDescriptionTest {
  private static final Pattern REFERENCE = Pattern.compile("#/components/schemas/([A-Za-z]+)");

  @Test
  void aTaskAndAPolicyAreAnObjectOrAName() throws IOException {
    for (String field : new String[] {"task", "policy"}) {
      JsonNode schema = schemas().path("DecisionRequest").path("properties").path(field);
      assertThat(schema.path("oneOf"))
          .extracting(one -> one.path("type").asText())
          .as(field)
          .containsExactly("object", "string");
      assertThat(schema.has("$ref")).as(field).isFalse();
    }
  }

  @Test
  void everyOperationNamesTheProblemDocument() throws IOException {
    assertThat(schemas().path("Problem").path("properties").has("violations")).isTrue();
    for (JsonNode path : document().path("paths")) {
      for (JsonNode operation : path) {
        JsonNode fault = operation.path("responses").path("default").path("content");
        assertThat(fault.has("application/problem+json")).as("%s", operation).isTrue();
      }
    }
  }

  @Test
  void namesWhatEachAddressGives() throws IOException {
    assertThat(content("/v1/decisions/{id}/report", "200").fieldNames())
        .toIterable()
        .contains("text/html", "text/markdown");
    assertThat(content("/v1/decisions/{id}/artifacts/{name}", "200").fieldNames())
        .toIterable()
        .contains("application/json", "application/x-ndjson", "application/zip");
    JsonNode upload = document().path("paths").path("/v1/tasks").path("post");
    assertThat(upload.path("requestBody").path("content").has("multipart/form-data")).isTrue();
    assertThat(upload.path("responses").has("201")).isTrue();
    assertThat(upload.path("responses").has("200")).isFalse();
    assertThat(document().path("security")).as("a key, a bearer, or none").hasSize(3);
  }

  @Test
  void everySchemaThatIsReferredToIsThere() throws IOException {
    Matcher references = REFERENCE.matcher(document().toString());
    while (references.find()) {
      assertThat(schemas().has(references.group(1))).as(references.group(1)).isTrue();
    }
    assertThat(schemas().has("JsonNode")).isFalse();
  }

  private static JsonNode content(String path, String status) throws IOException {
    return document()
        .path("paths")
        .path(path)
        .path("get")
        .path("responses")
        .path(status)
        .path("content");
  }

  private static JsonNode schemas() throws IOException {
    return document().path("components").path("schemas");
  }

  private static JsonNode document() throws IOException {
    return new ObjectMapper().readTree(given().get("/q/openapi?format=json").asString());
  }
}
