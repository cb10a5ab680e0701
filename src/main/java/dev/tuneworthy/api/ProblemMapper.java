package dev.tuneworthy.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.Nearest;
import dev.tuneworthy.error.ServiceException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a resource throws into problem details; the only mapper of the service. */
final class ProblemMapper {
  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

  @ServerExceptionMapper
  Response service(ServiceException fault, UriInfo uri) {
    Problem problem = Problem.of(fault, uri.getPath(), List.of());
    if (problem.status() >= 500) {
      LOG.error(fault.getMessage(), fault);
    }
    return problem.response();
  }

  @ServerExceptionMapper
  Response invalid(ConstraintViolationException fault, UriInfo uri) {
    List<Violation> violations =
        fault.getConstraintViolations().stream()
            .map(one -> new Violation(field(one), one.getMessage()))
            .sorted((a, b) -> a.field().compareTo(b.field()))
            .toList();
    String detail =
        violations.stream()
            .map(one -> one.field() + " " + one.message())
            .collect(Collectors.joining("; "));
    return Problem.of(
            new ServiceException(ErrorCode.BAD_REQUEST, detail), uri.getPath(), violations)
        .response();
  }

  /**
   * Named apart because the framework's own mapper of this type would come before a general one.
   */
  @ServerExceptionMapper
  Response mismatch(MismatchedInputException fault, UriInfo uri) {
    return json(uri, fault);
  }

  @ServerExceptionMapper
  Response json(JacksonException fault, UriInfo uri) {
    return json(uri, fault);
  }

  @ServerExceptionMapper
  Response web(WebApplicationException fault, UriInfo uri) {
    if (fault.getCause() instanceof JacksonException json) {
      return json(uri, json);
    }
    int status = fault.getResponse().getStatus();
    Response problem = Problem.ofStatus(status, detail(status, fault), uri.getPath()).response();
    return Response.fromResponse(problem)
        .replaceAll(fault.getResponse().getHeaders())
        .type(Problem.MEDIA_TYPE)
        .build();
  }

  @ServerExceptionMapper
  Response unexpected(Exception fault, UriInfo uri) {
    Optional<SQLException> database = DatabaseFault.in(fault);
    if (database.isPresent()) {
      return service(DatabaseFault.explained(database.get()), uri);
    }
    LOG.errorf(fault, "unexpected fault at %s", uri.getPath());
    return Problem.ofStatus(500, "the service has a fault; its log says more", uri.getPath())
        .response();
  }

  private static Response json(UriInfo uri, JacksonException fault) {
    String field = fault instanceof JsonMappingException mapping ? path(mapping) : "";
    String message = jsonMessage(fault);
    return Problem.of(
            new ServiceException(
                ErrorCode.BAD_REQUEST,
                "body" + (field.isEmpty() ? "" : ", " + field) + ": " + message),
            uri.getPath(),
            List.of(new Violation(field, message)))
        .response();
  }

  private static String jsonMessage(JacksonException fault) {
    if (fault instanceof UnrecognizedPropertyException unknown) {
      List<String> known = unknown.getKnownPropertyIds().stream().map(String::valueOf).toList();
      Optional<String> nearest = Nearest.to(unknown.getPropertyName(), known);
      return "unknown field '"
          + unknown.getPropertyName()
          + "'"
          + nearest.map(name -> "; did you mean '" + name + "'?").orElse("; known: " + known);
    }
    String where =
        Optional.ofNullable(fault.getLocation())
            .map(at -> " at line " + at.getLineNr() + ", column " + at.getColumnNr())
            .orElse("");
    return fault.getOriginalMessage() + where;
  }

  private static String path(JsonMappingException fault) {
    return fault.getPath().stream()
        .map(
            step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
        .collect(Collectors.joining("."));
  }

  /** The last name of the path; an element of a list by its place in it: {@code suites[0]}. */
  private static String field(ConstraintViolation<?> violation) {
    String field = "";
    for (Path.Node node : violation.getPropertyPath()) {
      field =
          node.getKind() == ElementKind.CONTAINER_ELEMENT
              ? field + "[" + node.getIndex() + "]"
              : node.getName();
    }
    return field;
  }

  private static String detail(int status, WebApplicationException fault) {
    return switch (status) {
      case 404 -> "nothing is at this address; /q/swagger-ui lists what there is";
      case 405 -> "this address does not know the method; /q/swagger-ui lists what it knows";
      case 406 -> "none of the accepted media types can be given";
      case 413 -> "the body is larger than the service accepts";
      case 415 -> "this media type is not understood; send application/json";
      default -> Optional.ofNullable(fault.getMessage()).orElse("the request was not understood");
    };
  }
}
