package dev.tuneworthy.api;

import dev.tuneworthy.decision.Library;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** Tasks that a request may name. */
@Path("/v1/tasks")
@Tag(name = "Tasks")
@Produces(MediaType.APPLICATION_JSON)
public class TaskResource {
  private static final int MOST_FILES = 8;

  private final Library library;
  private final UploadedTasks uploads;

  TaskResource(Library library, UploadedTasks uploads) {
    this.library = library;
    this.uploads = uploads;
  }

  @GET
  @Operation(summary = "Names of shipped and uploaded tasks")
  public TaskNames list() {
    return new TaskNames(library.tasks(), uploads.names());
  }

  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(
      summary = "Upload a task",
      description =
          "The parts are files under their own names: task.yaml and the .jsonl or .csv files that"
              + " it names. The answer holds the name by which a decision can ask for it.")
  @APIResponse(
      responseCode = "201",
      description = "Kept; Location is where it can be removed",
      content = @Content(schema = @Schema(implementation = TaskView.class)))
  public Response upload(@RestForm(FileUpload.ALL) List<FileUpload> parts) {
    if (parts.size() > MOST_FILES) {
      throw ServiceException.of(
          ErrorCode.INPUT_TOO_LARGE,
          "upload",
          "at most " + MOST_FILES + " files",
          Integer.toString(parts.size()),
          "Join the files of examples");
    }
    Map<String, java.nio.file.Path> files = new LinkedHashMap<>();
    for (FileUpload part : parts) {
      if (files.put(part.fileName(), part.uploadedFile()) != null) {
        throw new ServiceException(
            ErrorCode.BAD_REQUEST,
            "upload: file '" + part.fileName() + "' came twice. Send it once.");
      }
    }
    UploadedTasks.Uploaded kept = uploads.keep(files);
    return Response.created(URI.create("/v1/tasks/" + kept.name()))
        .entity(TaskView.of(kept.name(), kept.task()))
        .build();
  }

  @DELETE
  @Path("/{name}")
  @Operation(summary = "Remove an uploaded task")
  public void delete(@PathParam("name") String name) {
    uploads.delete(name);
  }

  /** Names by where they come from. */
  public record TaskNames(List<String> shipped, List<String> uploaded) {}

  /**
   * An uploaded task.
   *
   * @param name by which a decision asks for it
   * @param title the name that its file gives it
   * @param instructions wordings of its instruction
   */
  public record TaskView(
      String name, String title, String sha256, int instructions, int train, int dev, int test) {
    static TaskView of(String name, Task task) {
      return new TaskView(
          name,
          task.name(),
          task.sha256(),
          task.instructions().size(),
          task.split(Split.TRAIN).size(),
          task.split(Split.DEV).size(),
          task.split(Split.TEST).size());
    }
  }
}
