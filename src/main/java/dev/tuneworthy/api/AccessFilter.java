package dev.tuneworthy.api;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who may call {@code /v1}. With an API key: whoever has it. Without one the service listens on
 * loopback only, and what a foreign web page makes a browser send there is refused: such a request
 * names another host or another origin.
 */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION)
class AccessFilter implements ContainerRequestFilter {
  private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String BEARER = "Bearer ";
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final Optional<byte[]> key;

  AccessFilter(@ConfigProperty(name = "tuneworthy.api-key") Optional<String> key) {
    this.key = key.map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void filter(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    if (!path.equals("/v1") && !path.startsWith("/v1/")) {
      return;
    }
    if (key.isEmpty()) {
      refuseForeign(request, path);
    } else if (!given(request).map(this::matches).orElse(false)) {
      request.abortWith(
          Response.fromResponse(
                  Problem.ofStatus(
                          UNAUTHORIZED,
                          "the API key is missing or wrong. Send Authorization: Bearer KEY, or"
                              + " X-API-Key: KEY",
                          path)
                      .response())
              .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
              .build());
    }
  }

  private static void refuseForeign(ContainerRequestContext request, String path) {
    boolean hostHere = here(request.getUriInfo().getRequestUri());
    boolean originHere =
        Optional.ofNullable(request.getHeaderString("Origin"))
            .map(AccessFilter::origin)
            .orElse(true);
    if (!hostHere || !originHere) {
      request.abortWith(
          Problem.ofStatus(
                  FORBIDDEN,
                  "without an API key only this machine may call, by the name localhost",
                  path)
              .response());
    }
  }

  private static boolean origin(String origin) {
    try {
      return here(URI.create(origin));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean here(URI uri) {
    return uri.getHost() != null && HERE.contains(uri.getHost());
  }

  private static Optional<String> given(ContainerRequestContext request) {
    List<String> authorization =
        request.getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of());
    return authorization.stream()
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip())
        .findFirst()
        .or(() -> Optional.ofNullable(request.getHeaderString("X-API-Key")));
  }

  /** In constant time, so that an answer's delay says nothing about the key. */
  private boolean matches(String candidate) {
    return MessageDigest.isEqual(key.orElseThrow(), candidate.getBytes(StandardCharsets.UTF_8));
  }
}
