package dev.tuneworthy.job;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An empty PostgreSQL database for tests tagged {@code postgres}, where the environment names one:
 * {@code TUNEWORTHY_TEST_POSTGRES} is its JDBC address, {@code _USER} and {@code _PASSWORD} belong
 * to it. Such tests are skipped elsewhere, and say so.
 */
public final class PostgresServer implements ExecutionCondition {
  private static final String ADDRESS = "TUNEWORTHY_TEST_POSTGRES";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (!given(ADDRESS).isBlank()) {
      return ConditionEvaluationResult.enabled(ADDRESS + " names a server");
    }
    String why = ADDRESS + " names no PostgreSQL server to test with";
    System.out.println("Skipped " + context.getDisplayName() + ": " + why);
    return ConditionEvaluationResult.disabled(why);
  }

  private static String given(String variable) {
    return Optional.ofNullable(System.getenv(variable)).orElse("");
  }

  private static Map<String, String> settings() {
    String source = "quarkus.datasource.postgresql";
    return Map.of(
        "quarkus.datasource.h2.active",
        "false",
        source + ".active",
        "true",
        source + ".jdbc.url",
        given(ADDRESS),
        source + ".username",
        given(ADDRESS + "_USER"),
        source + ".password",
        given(ADDRESS + "_PASSWORD"));
  }

  /** The whole service. */
  public static class Service implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return settings();
    }
  }

  /** Without the worker that would take the jobs away. */
  public static class WithoutWorker implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> all = new TreeMap<>(settings());
      all.put("tuneworthy.serve", "false");
      return all;
    }
  }
}
