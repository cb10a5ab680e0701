package dev.tuneworthy.api;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Refuses a body that says it is too large, before any of it is read. */
@Provider
@PreMatching
class BodyBound implements ContainerRequestFilter {
  private final long mostBytes;

  BodyBound(@ConfigProperty(name = "tuneworthy.body-bytes") long mostBytes) {
    this.mostBytes = mostBytes;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    long bytes = length(request);
    if (bytes > mostBytes) {
      ServiceException fault =
          ServiceException.of(
              ErrorCode.INPUT_TOO_LARGE,
              "body",
              "at most " + mostBytes + " bytes",
              bytes + " bytes",
              "Use a sample of the data");
      request.abortWith(Problem.of(fault, request.getUriInfo().getPath(), List.of()).response());
    }
  }

  /** The body's length by its header; 0 if that says nothing. */
  private static long length(ContainerRequestContext request) {
    String header = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
    try {
      return header == null ? 0 : Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
