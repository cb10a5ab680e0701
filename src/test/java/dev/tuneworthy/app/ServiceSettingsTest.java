package dev.tuneworthy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ServiceException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceSettingsTest {
  private static final String KEY = "a-key-of-enough-characters";

  @Test
  void needsNoKeyOnLoopback() {
    assertThat(ServiceSettings.properties("127.0.0.1", 8080, Map.of()))
        .containsEntry("quarkus.http.host", "127.0.0.1")
        .containsEntry("quarkus.datasource.h2.active", "true")
        .doesNotContainKey("tuneworthy.api-key");
  }

  @Test
  void refusesAnotherAddressWithoutAKey() {
    assertThatThrownBy(() -> ServiceSettings.properties("0.0.0.0", 8080, Map.of()))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("TUNEWORTHY_API_KEY");
  }

  @Test
  void refusesAKeyThatCanBeGuessed() {
    assertThatThrownBy(
            () ->
                ServiceSettings.properties("0.0.0.0", 8080, Map.of("TUNEWORTHY_API_KEY", "secret")))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("16 characters")
        .hasMessageNotContaining("secret");
  }

  @Test
  void takesAnotherAddressWithAKey() {
    assertThat(ServiceSettings.properties("0.0.0.0", 8080, Map.of("TUNEWORTHY_API_KEY", KEY)))
        .containsEntry("tuneworthy.api-key", KEY);
  }

  @Test
  void takesPostgresqlFromTheEnvironment() {
    assertThat(
            ServiceSettings.properties(
                "127.0.0.1",
                8080,
                Map.of(
                    "TUNEWORTHY_DATABASE_URL", "jdbc:postgresql://127.0.0.1/t",
                    "TUNEWORTHY_DATABASE_USER", "u")))
        .containsEntry("quarkus.datasource.postgresql.active", "true")
        .containsEntry("quarkus.datasource.postgresql.username", "u")
        .doesNotContainKey("quarkus.datasource.h2.active");
  }

  @Test
  void refusesAnotherKindOfDatabaseWithoutQuotingItsPassword() {
    assertThatThrownBy(
            () ->
                ServiceSettings.properties(
                    "127.0.0.1",
                    8080,
                    Map.of("TUNEWORTHY_DATABASE_URL", "jdbc:mysql://u:topsecret@h/t")))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("jdbc:postgresql:")
        .hasMessageNotContaining("topsecret");
  }
}
