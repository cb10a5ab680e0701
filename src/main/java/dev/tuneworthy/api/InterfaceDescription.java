package dev.tuneworthy.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * Completes the OpenAPI document where the types alone mislead a client that is made from it: a
 * task or a policy is an object or a name, every fault is a problem document, a key may be needed.
 * Runs once, when the program is built.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class InterfaceDescription implements OASFilter {
  private static final Set<String> NOT_OURS =
      Set.of("JsonNode", "JsonNodeType", "MediaType", "OutboundSseEvent");

  @Override
  public void filterOpenAPI(OpenAPI document) {
    Schema request = document.getComponents().getSchemas().get("DecisionRequest");
    Map<String, Schema> described = request.getProperties();
    request.addProperty("task", objectOrName(described.get("task"), "support-routing"));
    request.addProperty("policy", objectOrName(described.get("policy"), "balanced"));
    NOT_OURS.forEach(document.getComponents()::removeSchema);
    document.getPaths().getPathItems().values().stream()
        .flatMap(path -> path.getOperations().values().stream())
        .forEach(InterfaceDescription::addProblems);
    addKeys(document);
  }

  /** Either form of the key, or, on loopback, none. */
  private static void addKeys(OpenAPI document) {
    document
        .getComponents()
        .addSecurityScheme(
            "api-key",
            OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.APIKEY)
                .in(SecurityScheme.In.HEADER)
                .name("X-API-Key"))
        .addSecurityScheme(
            "bearer",
            OASFactory.createSecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"));
    document
        .addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme("api-key"))
        .addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme("bearer"))
        .addSecurityRequirement(OASFactory.createSecurityRequirement());
  }

  private static Schema objectOrName(Schema described, String name) {
    Schema object = OASFactory.createSchema().addType(SchemaType.OBJECT);
    Schema text = OASFactory.createSchema().addType(SchemaType.STRING).pattern(Names.PATTERN);
    return OASFactory.createSchema()
        .description(described.getDescription())
        .oneOf(List.of(object, text))
        .examples(List.of(name));
  }

  private static void addProblems(Operation operation) {
    APIResponses responses = operation.getResponses();
    responses
        .getAPIResponses()
        .forEach(
            (status, response) -> {
              if (status.startsWith("4") && response.getContent() == null) {
                response.setContent(problem());
              }
            });
    APIResponse fault = OASFactory.createAPIResponse().description("What went wrong, RFC 9457");
    responses.setDefaultValue(fault.content(problem()));
  }

  private static Content problem() {
    return OASFactory.createContent()
        .addMediaType(
            Problem.MEDIA_TYPE,
            OASFactory.createMediaType()
                .schema(OASFactory.createSchema().ref("#/components/schemas/Problem")));
  }
}
