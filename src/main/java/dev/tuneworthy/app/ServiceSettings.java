package dev.tuneworthy.app;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code serve} sets before the container starts, from its options and the environment. The
 * same jar is a command line without it and a service with it.
 */
public final class ServiceSettings {
  static final String DATA = "TUNEWORTHY_DATA";
  static final String API_KEY = "TUNEWORTHY_API_KEY";
  static final String DATABASE_URL = "TUNEWORTHY_DATABASE_URL";
  static final String DATABASE_USER = "TUNEWORTHY_DATABASE_USER";
  static final String DATABASE_PASSWORD = "TUNEWORTHY_DATABASE_PASSWORD";

  private static final int SHORTEST_KEY = 16;

  private ServiceSettings() {}

  /**
   * The properties that turn the program into a service; set them as system properties before
   * {@code Quarkus.run}.
   *
   * @param environment usually {@link System#getenv()}
   * @throws ServiceException with {@code BAD_USAGE} if the address is not loopback and no API key
   *     is given, or the database is of an unknown kind
   */
  public static Map<String, String> properties(
      String host, int port, Map<String, String> environment) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("tuneworthy.serve", "true");
    properties.put("quarkus.http.host-enabled", "true");
    properties.put("quarkus.http.host", host);
    properties.put("quarkus.http.port", Integer.toString(port));
    Optional<String> key = given(environment, API_KEY);
    checkKey(host, key);
    key.ifPresent(value -> properties.put("tuneworthy.api-key", value));
    given(environment, DATA).ifPresent(value -> properties.put("tuneworthy.data", value));
    properties.putAll(database(environment));
    return properties;
  }

  private static void checkKey(String host, Optional<String> key) {
    if (key.isEmpty() && !loopback(host)) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "serve on " + host,
          "an API key, because others can reach this address",
          "none in the environment variable " + API_KEY,
          "Set " + API_KEY + " to a secret of at least 16 characters, or bind 127.0.0.1");
    }
    if (key.isPresent() && key.get().length() < SHORTEST_KEY) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "environment variable " + API_KEY,
          "at least " + SHORTEST_KEY + " characters",
          key.get().length() + " characters",
          "Make a longer key, for example with: openssl rand -hex 32");
    }
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ServiceException(
          ErrorCode.BAD_USAGE,
          "serve: expected an address of this machine, found '" + host + "'. Use 127.0.0.1",
          e);
    }
  }

  private static Map<String, String> database(Map<String, String> environment) {
    Optional<String> url = given(environment, DATABASE_URL);
    if (url.isEmpty()) {
      return Map.of("quarkus.datasource.h2.active", "true");
    }
    String kind = url.get().startsWith("jdbc:h2:") ? "h2" : "postgresql";
    if (kind.equals("postgresql") && !url.get().startsWith("jdbc:postgresql:")) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "environment variable " + DATABASE_URL,
          "an address that starts with jdbc:postgresql: or jdbc:h2:",
          "another kind of address",
          "Leave it out for a database on disk in the data folder");
    }
    String prefix = "quarkus.datasource." + kind;
    Map<String, String> properties = new TreeMap<>();
    properties.put(prefix + ".active", "true");
    properties.put(prefix + ".jdbc.url", url.get());
    given(environment, DATABASE_USER).ifPresent(user -> properties.put(prefix + ".username", user));
    given(environment, DATABASE_PASSWORD)
        .ifPresent(password -> properties.put(prefix + ".password", password));
    return properties;
  }

  private static Optional<String> given(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
