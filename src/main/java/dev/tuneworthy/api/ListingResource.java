package dev.tuneworthy.api;

import dev.tuneworthy.decision.Library;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The names that a request may use. */
@Path("/v1")
@Tag(name = "Names")
@Produces(MediaType.APPLICATION_JSON)
public class ListingResource {
  private final Library library;
  private final Models models;

  ListingResource(Library library, Models models) {
    this.library = library;
    this.models = models;
  }

  @GET
  @Path("/policies")
  @Operation(summary = "Names of policies")
  public Listing policies() {
    return new Listing(library.policies());
  }

  @GET
  @Path("/suites")
  @Operation(summary = "Names of baseline suites")
  public Listing suites() {
    return new Listing(library.suites());
  }

  @GET
  @Path("/models")
  @Operation(summary = "Models in the catalogue, the default first")
  public ModelPage models() {
    return new ModelPage(
        models.entries().stream()
            .map(entry -> new ModelView(entry.id(), entry.description(), entry.licence()))
            .toList());
  }

  /** Names in order. */
  public record Listing(List<String> items) {}

  /** The models that a request may name. */
  public record ModelPage(List<ModelView> items) {}

  /** A model of the catalogue. */
  public record ModelView(String id, String description, String licence) {}
}
