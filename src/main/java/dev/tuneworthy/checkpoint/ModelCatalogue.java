package dev.tuneworthy.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The models that ship by name, from {@code models.yaml}.
 *
 * @param hub address of the Hugging Face hub
 */
public record ModelCatalogue(URI hub, List<ModelEntry> models) {
  private static final String RESOURCE = "/models.yaml";

  public ModelCatalogue {
    models = List.copyOf(models);
    Set<String> names = new HashSet<>();
    for (ModelEntry model : models) {
      List<String> own = new ArrayList<>(model.aliases());
      own.add(model.id());
      for (String name : own) {
        if (!names.add(name)) {
          throw new IllegalArgumentException("two models named " + name);
        }
      }
    }
  }

  /** The catalogue of this release; {@code HF_ENDPOINT} replaces the address of the hub. */
  public static ModelCatalogue shipped() {
    try (InputStream in = ModelCatalogue.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + RESOURCE + " is missing");
      }
      ModelCatalogue shipped = parse(new YAMLMapper().readTree(in));
      String endpoint = System.getenv("HF_ENDPOINT");
      return endpoint == null || endpoint.isBlank()
          ? shipped
          : new ModelCatalogue(URI.create(endpoint.strip()), shipped.models());
    } catch (IOException e) {
      throw new IllegalStateException("the resource " + RESOURCE + " cannot be read", e);
    }
  }

  /** The model of that id or alias, whatever the case. */
  public Optional<ModelEntry> find(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return models.stream()
        .filter(model -> model.id().equals(wanted) || model.aliases().contains(wanted))
        .findFirst();
  }

  private static ModelCatalogue parse(JsonNode root) {
    List<ModelEntry> models = new ArrayList<>();
    for (JsonNode node : root.path("models")) {
      List<String> aliases = new ArrayList<>();
      node.path("aliases").forEach(alias -> aliases.add(alias.asText()));
      List<ModelOrigin> sources = new ArrayList<>();
      node.path("sources").forEach(source -> sources.add(origin(source)));
      models.add(
          new ModelEntry(
              text(node, "id"),
              aliases,
              text(node, "description"),
              text(node, "licence"),
              text(node, "file"),
              node.path("bytes").asLong(),
              text(node, "sha256"),
              sources));
    }
    return new ModelCatalogue(URI.create(text(root, "hub")), models);
  }

  private static ModelOrigin origin(JsonNode node) {
    if (node.has("hub")) {
      JsonNode hub = node.get("hub");
      return new ModelOrigin.HubFile(
          text(hub, "repository"), text(hub, "revision"), text(hub, "file"));
    }
    if (node.has("pythonParts")) {
      List<ModelOrigin.Part> parts = new ArrayList<>();
      for (JsonNode part : node.get("pythonParts")) {
        parts.add(new ModelOrigin.Part(pythonPackage(part), part.path("bytes").asLong()));
      }
      return new ModelOrigin.PythonParts(parts);
    }
    return pythonPackage(node.path("pythonPackage"));
  }

  private static ModelOrigin.PythonPackage pythonPackage(JsonNode node) {
    return new ModelOrigin.PythonPackage(
        text(node, "name"), text(node, "version"), text(node, "entry"));
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isValueNode() || value.asText().isEmpty()) {
      throw new IllegalArgumentException(RESOURCE + " has no '" + field + "' in " + node);
    }
    return value.asText();
  }
}
