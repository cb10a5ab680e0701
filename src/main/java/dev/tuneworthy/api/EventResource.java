package dev.tuneworthy.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.job.Job;
import dev.tuneworthy.job.JobState;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Follows a decision by server-sent events. The job's row is the only source, so a watcher sees the
 * same after a restart and from any process; an event's id is the row's revision.
 */
@Path("/v1/decisions/{id}/events")
@Tag(name = "Decisions")
public class EventResource {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final int LOOKS_UNTIL_COMMENT = 30;
  private static final int MOST_WATCHERS = 64;

  private final Decisions decisions;
  private final ObjectMapper json;
  private final AtomicInteger watchers = new AtomicInteger();

  EventResource(Decisions decisions, ObjectMapper json) {
    this.decisions = decisions;
    this.json = json;
  }

  @GET
  @Blocking
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "Follow a decision",
      description =
          "Events 'state' and 'progress'; the last state comes first. The stream ends with the"
              + " event 'end'. Last-Event-ID skips what was seen.")
  @APIResponse(
      responseCode = "200",
      description = "Events until the decision ends",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = String.class)))
  public Multi<OutboundSseEvent> events(
      @PathParam("id") String id,
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @Context Sse sse) {
    decisions.jobOrFail(id);
    if (watchers.incrementAndGet() > MOST_WATCHERS) {
      watchers.decrementAndGet();
      throw ServiceException.of(
          ErrorCode.QUEUE_FULL,
          "events",
          "at most " + MOST_WATCHERS + " watchers",
          "more",
          "Ask for the state of the decision instead");
    }
    Watch watch = new Watch(id, sse, seen(lastEventId));
    return Multi.createFrom()
        .ticks()
        .every(LOOK_EVERY)
        .onOverflow()
        .drop()
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .onItem()
        .transformToIterable(tick -> watch.look())
        .select()
        .first(Optional::isPresent)
        .map(Optional::orElseThrow)
        .onTermination()
        .invoke(watchers::decrementAndGet);
  }

  private static long seen(@Nullable String lastEventId) {
    try {
      return lastEventId == null ? 0 : Long.parseLong(lastEventId.strip());
    } catch (NumberFormatException e) {
      return 0; // an id that is not ours was seen on another stream
    }
  }

  /** The data of an event. */
  record EventData(
      String id, JobState status, Optional<ProgressView> progress, Optional<Job.Failure> failure) {}

  /** What one client has seen of one job. */
  private final class Watch {
    private final String id;
    private final Sse sse;
    private long seen;
    private Optional<JobState> state = Optional.empty();
    private int silentLooks;

    Watch(String id, Sse sse, long seen) {
      this.id = id;
      this.sse = sse;
      this.seen = seen;
    }

    /** What is new since the last look; an empty element closes the stream. */
    List<Optional<OutboundSseEvent>> look() {
      Optional<Job> found = decisions.job(id);
      if (found.isEmpty()) {
        EventData gone = new EventData(id, JobState.CANCELLED, Optional.empty(), Optional.empty());
        return List.of(Optional.of(event("end", seen + 1, gone)), Optional.empty());
      }
      Job job = found.get();
      EventData data =
          new EventData(id, job.state(), ProgressView.of(job.progress()), job.failure());
      if (job.state().ended()) {
        return List.of(
            Optional.of(event("state", job.revision(), data)),
            Optional.of(event("end", job.revision(), data)),
            Optional.empty());
      }
      if (job.revision() > seen) {
        boolean sameState = state.equals(Optional.of(job.state()));
        seen = job.revision();
        state = Optional.of(job.state());
        silentLooks = 0;
        return List.of(Optional.of(event(sameState ? "progress" : "state", seen, data)));
      }
      return ++silentLooks % LOOKS_UNTIL_COMMENT == 0
          ? List.of(Optional.of(sse.newEventBuilder().comment("still here").build()))
          : List.of();
    }

    private OutboundSseEvent event(String name, long number, EventData data) {
      try {
        return sse.newEventBuilder()
            .id(Long.toString(number))
            .name(name)
            .data(String.class, json.writeValueAsString(data))
            .build();
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("an event has a form in JSON", e);
      }
    }
  }
}
