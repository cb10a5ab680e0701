package dev.tuneworthy.api;

import dev.tuneworthy.job.JobQueue;
import dev.tuneworthy.job.JobState;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Asks for decisions and looks at them. */
@Path("/v1/decisions")
@Tag(name = "Decisions")
@Produces(MediaType.APPLICATION_JSON)
public class DecisionResource {
  private static final String RETRY_AFTER_SECONDS = "5";
  private static final String KEY = "[\\x21-\\x7e]{1,200}";

  private final DecisionIntake intake;
  private final Decisions decisions;
  private final JobQueue queue;

  DecisionResource(DecisionIntake intake, Decisions decisions, JobQueue queue) {
    this.intake = intake;
    this.decisions = decisions;
    this.queue = queue;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Ask for a decision",
      description =
          "Checks the request, queues it and answers at once. With an Idempotency-Key a repeated"
              + " request gets the decision that the first one made.")
  @APIResponse(
      responseCode = "202",
      description = "Queued; Location is where it can be followed",
      content = @Content(schema = @Schema(implementation = DecisionView.class)))
  @APIResponse(
      responseCode = "400",
      description = "The body is not understood",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class)))
  @APIResponse(responseCode = "409", description = "The key came with another body before")
  @APIResponse(responseCode = "422", description = "The task, policy or suite is not usable")
  @APIResponse(responseCode = "429", description = "The queue is full")
  public Response ask(
      @HeaderParam("Idempotency-Key")
          @Pattern(regexp = KEY, message = "must be 1 to 200 visible ASCII characters")
          @Nullable String key,
      @NotNull(message = "must be a JSON object") @Valid DecisionBody body) {
    String id = intake.accept(body, Optional.ofNullable(key));
    return Response.accepted(decisions.view(id))
        .location(URI.create("/v1/decisions/" + id))
        .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
        .build();
  }

  @GET
  @Operation(summary = "List decisions, newest first")
  public DecisionPage list(
      @QueryParam("page") @DefaultValue("0") @Min(0) @Max(1_000_000) int page,
      @QueryParam("size") @DefaultValue("20") @Min(1) @Max(100) int size) {
    return decisions.page(page, size);
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "The state of a decision and, once it is made, its record")
  @APIResponse(
      responseCode = "200",
      description = "The decision; Retry-After while it is being made",
      content = @Content(schema = @Schema(implementation = DecisionView.class)))
  public Response get(@PathParam("id") String id) {
    DecisionView view = decisions.view(id);
    Response.ResponseBuilder response = Response.ok(view);
    if (!view.status().ended()) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response.build();
  }

  @DELETE
  @Path("/{id}")
  @Operation(
      summary = "Cancel a decision and purge its data",
      description = "What runs stops at its next step; then everything kept of it is removed.")
  @APIResponse(
      responseCode = "202",
      description = "Being cancelled and purged",
      content = @Content(schema = @Schema(implementation = Deletion.class)))
  public Response delete(@PathParam("id") String id) {
    JobState before = decisions.jobOrFail(id).state();
    queue.cancelAndPurge(id);
    return Response.accepted(new Deletion(id, before)).build();
  }

  /**
   * A decision that is going.
   *
   * @param was its state before
   */
  public record Deletion(String id, JobState was) {}
}
