package dev.tuneworthy.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Publishes the JSON Schema of the decision record. */
@Path("/v1/schemas")
@Tag(name = "Names")
public class SchemaResource {
  @GET
  @Path("/decision.json")
  @Produces("application/schema+json")
  @Operation(summary = "The JSON Schema of the decision record")
  public byte[] decision() {
    try (InputStream schema =
        Objects.requireNonNull(
            SchemaResource.class.getResourceAsStream("/schemas/decision.json"),
            "the schema is part of the program")) {
      return schema.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
