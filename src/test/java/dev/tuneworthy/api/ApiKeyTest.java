package dev.tuneworthy.api;

import static io.restassured.RestAssured.given;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(ApiKeyTest.WithKey.class)
class ApiKeyTest {
  private static final String KEY = "a-key-of-enough-characters";

  @Test
  void letsInWhoeverHasTheKey() {
    given().header("X-API-Key", KEY).get("/v1/decisions").then().statusCode(200);
    given().header("Authorization", "Bearer " + KEY).get("/v1/decisions").then().statusCode(200);
    given().header("Authorization", "bearer " + KEY).get("/v1/decisions").then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/decisions", "/v1/tasks", "/v1/models", "/v1/nothing", "/v1"})
  void keepsOutWhoeverHasNot(String path) {
    given()
        .get(path)
        .then()
        .statusCode(401)
        .contentType("application/problem+json")
        .header("WWW-Authenticate", "Bearer");
    given().header("X-API-Key", KEY + "x").get(path).then().statusCode(401);
    given().header("Authorization", "Basic " + KEY).get(path).then().statusCode(401);
  }

  @Test
  void leavesHealthOpenForProbes() {
    given().get("/q/health/ready").then().statusCode(200);
  }

  /** A service with a key. */
  public static class WithKey implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "tuneworthy.api-key", KEY, "tuneworthy.data", "target/test-data/service-with-key");
    }
  }
}
