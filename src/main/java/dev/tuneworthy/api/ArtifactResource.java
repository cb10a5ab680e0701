package dev.tuneworthy.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.StoredDecision;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.report.ReportWriter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a decision leaves behind: its report and the files of its folder. */
@jakarta.ws.rs.Path("/v1/decisions/{id}")
@Tag(name = "Decisions")
public class ArtifactResource {
  /** The report is one file that needs nothing from anywhere; the browser is to hold it to that. */
  private static final String REPORT_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

  private final Decisions decisions;
  private final DecisionFolders folders;
  private final ObjectMapper json;

  ArtifactResource(Decisions decisions, DecisionFolders folders, ObjectMapper json) {
    this.decisions = decisions;
    this.folders = folders;
    this.json = json;
  }

  @GET
  @jakarta.ws.rs.Path("/report")
  @Produces(MediaType.TEXT_HTML)
  @Operation(summary = "The report, as HTML or Markdown by Accept")
  @APIResponse(
      responseCode = "200",
      description = "The report",
      content = {@Content(mediaType = "text/html"), @Content(mediaType = "text/markdown")})
  public Response html(@PathParam("id") String id) {
    return Response.ok(ReportWriter.html(record(id)))
        .type(MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
        .header("Content-Security-Policy", REPORT_POLICY)
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
        .build();
  }

  @GET
  @jakarta.ws.rs.Path("/report")
  @Produces("text/markdown")
  @Operation(hidden = true)
  public Response markdown(@PathParam("id") String id) {
    return Response.ok(ReportWriter.markdown(record(id)))
        .type("text/markdown;charset=UTF-8")
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
        .build();
  }

  @GET
  @jakarta.ws.rs.Path("/artifacts/{name}")
  @Operation(
      summary = "A file of the decision",
      description =
          "record (JSON), prompt (JSON), outcomes (JSON lines) or adapter (a zip of the PEFT"
              + " folder)")
  @APIResponse(
      responseCode = "200",
      description = "The file",
      content = {
        @Content(mediaType = MediaType.APPLICATION_JSON),
        @Content(mediaType = "application/x-ndjson"),
        @Content(mediaType = "application/zip")
      })
  public Response artifact(@PathParam("id") String id, @PathParam("name") String name) {
    Artifact artifact = Artifact.named(name);
    StoredDecision decision = decisions.decision(id);
    if (artifact == Artifact.RECORD) {
      return file(artifact, Response.ok(recordText(decision)));
    }
    Path path = folders.of(id).resolve(artifact.path);
    if (decision.record().isEmpty() || !Files.exists(path)) {
      throw missing(name, decision);
    }
    StreamingOutput body =
        artifact == Artifact.ADAPTER
            ? out -> FolderZip.write(path, out)
            : out -> Files.copy(path, out);
    return file(artifact, Response.ok(body));
  }

  private static Response file(Artifact artifact, Response.ResponseBuilder response) {
    return response
        .type(artifact.mediaType)
        .header(
            HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + artifact.fileName + "\"")
        .build();
  }

  private DecisionRecord record(String id) {
    try {
      return json.readValue(recordText(decisions.decision(id)), DecisionRecord.class);
    } catch (JsonProcessingException e) {
      throw new ServiceException(
          ErrorCode.INTERNAL, "the record of " + id + " cannot be read again", e);
    }
  }

  private String recordText(StoredDecision decision) {
    return decision.record().orElseThrow(() -> missing("record", decision));
  }

  private ServiceException missing(String name, StoredDecision decision) {
    boolean made = decision.record().isPresent();
    return ServiceException.of(
        ErrorCode.NOT_FOUND,
        name + " of " + decision.id(),
        made ? "a decision that has one" : "a decision that is made",
        made ? "one that left none" : "one that is " + decisions.jobOrFail(decision.id()).state(),
        made ? "The record says why" : "Follow its events until it ends");
  }

  /** The artifacts by the name they have in addresses. */
  private enum Artifact {
    RECORD("record", "decision.json", "decision.json", MediaType.APPLICATION_JSON),
    PROMPT("prompt", "prompt.json", "prompt.json", MediaType.APPLICATION_JSON),
    OUTCOMES("outcomes", "outcomes.jsonl", "outcomes.jsonl", "application/x-ndjson"),
    ADAPTER("adapter", "adapter", "adapter.zip", "application/zip");

    private final String label;
    private final String path;
    private final String fileName;
    private final String mediaType;

    Artifact(String label, String path, String fileName, String mediaType) {
      this.label = label;
      this.path = path;
      this.fileName = fileName;
      this.mediaType = mediaType;
    }

    static Artifact named(String name) {
      Optional<Artifact> found =
          Arrays.stream(values()).filter(one -> one.label.equals(name)).findFirst();
      return found.orElseThrow(
          () ->
              ServiceException.of(
                  ErrorCode.NOT_FOUND,
                  "artifact",
                  "a known name",
                  "'" + name + "'",
                  Nearest.remedy(name, labels())));
    }

    private static List<String> labels() {
      return Arrays.stream(values()).map(one -> one.label).toList();
    }
  }
}
