package dev.tuneworthy.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ManifestsTest {
  private static final Path BASE = Path.of("k8s", "base");
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void theConfigMapHoldsTheShippedPolicies() throws IOException {
    JsonNode data = manifest("policies.yaml").path("data");
    try (Stream<Path> files = Files.list(Path.of("policies"))) {
      List<Path> shipped = files.toList();
      assertThat(data.size()).isEqualTo(shipped.size()).isPositive();
      for (Path file : shipped) {
        assertThat(data.path(file.getFileName().toString()).asText().strip())
            .as("k8s/base/policies.yaml differs from %s", file)
            .isEqualTo(Files.readString(file).strip());
      }
    }
  }

  @Test
  void everyManifestIsPartOfTheBase() throws IOException {
    JsonNode resources = manifest("kustomization.yaml").path("resources");
    try (Stream<Path> files = Files.list(BASE)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> !name.equals("kustomization.yaml"))
          .containsExactlyInAnyOrderElementsOf(
              YAML.convertValue(resources, new TypeReference<List<String>>() {}));
    }
  }

  @Test
  void theContainerGivesUpWhatItDoesNotNeed() throws IOException {
    JsonNode pod = manifest("deployment.yaml").at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    assertThat(manifest("deployment.yaml").at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(manifest("deployment.yaml").at("/spec/strategy/type").asText())
        .isEqualTo("Recreate");
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
  }

  @Test
  void noSecretStandsInAManifest() throws IOException {
    for (JsonNode variable :
        manifest("deployment.yaml").at("/spec/template/spec/containers/0/env")) {
      boolean secret = variable.path("name").asText().matches(".*(KEY|PASSWORD|USER|URL)");
      assertThat(variable.has("value")).as(variable.toString()).isNotEqualTo(secret);
    }
  }

  private static JsonNode manifest(String name) throws IOException {
    return YAML.readTree(BASE.resolve(name).toFile());
  }
}
