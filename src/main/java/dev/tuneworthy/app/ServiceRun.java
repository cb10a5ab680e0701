package dev.tuneworthy.app;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Starts the container as a service and waits until it is told to end. */
final class ServiceRun {
  /** H2's code for a database file that another process holds. */
  private static final int H2_IN_USE = 90020;

  private final Path home;
  private final Map<String, String> environment;

  ServiceRun(Path home, Map<String, String> environment) {
    this.home = home;
    this.environment = environment;
  }

  /**
   * Returns the exit code when the service has ended.
   *
   * @throws ServiceException {@code BAD_USAGE} for settings that cannot be, {@code CONFLICT} if the
   *     address is taken, {@code INTERNAL} if it cannot start otherwise
   */
  int run(String host, int port) {
    System.setProperty("tuneworthy.home", home.toString());
    ServiceSettings.properties(host, port, environment).forEach(System::setProperty);
    AtomicInteger code = new AtomicInteger();
    AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());
    Quarkus.run(
        Serving.class,
        (ended, thrown) -> {
          code.set(ended);
          failure.set(Optional.ofNullable(thrown));
        });
    failure
        .get()
        .ifPresent(
            thrown -> {
              throw explained(thrown, host, port);
            });
    return code.get();
  }

  /** Says where the service is and waits for its end. */
  static final class Serving implements QuarkusApplication {
    @Override
    public int run(String... none) {
      Config config = ConfigProvider.getConfig();
      System.err.println(
          "tuneworthy: serving on http://"
              + config.getValue("quarkus.http.host", String.class)
              + ":"
              + config.getValue("quarkus.http.port", String.class)
              + ", until Ctrl-C");
      Quarkus.waitForExit();
      return 0;
    }
  }

  private static ServiceException explained(Throwable thrown, String host, int port) {
    for (Throwable t = thrown; t.getCause() != t && t.getCause() != null; t = t.getCause()) {
      if (t.getCause() instanceof ServiceException known) {
        return known;
      }
      if (t.getCause() instanceof SQLException database) {
        return database(database);
      }
      if (t.getCause() instanceof java.net.BindException) {
        return ServiceException.of(
            ErrorCode.CONFLICT,
            "serve on " + host + ":" + port,
            "a free port",
            "one that is taken",
            "End what listens there, or choose another --port.");
      }
    }
    return new ServiceException(
        ErrorCode.INTERNAL, "the service cannot start: " + thrown.getMessage(), thrown);
  }

  private static ServiceException database(SQLException fault) {
    boolean inUse = fault.getErrorCode() == H2_IN_USE;
    return new ServiceException(
        inUse ? ErrorCode.CONFLICT : ErrorCode.DATABASE,
        inUse
            ? "database: expected no other service on this data folder, found one that runs. Stop"
                + " it, or set TUNEWORTHY_DATA to another folder."
            : "database: expected one that answers, found: "
                + fault.getMessage()
                + ". Check TUNEWORTHY_DATABASE_URL and that the server runs.",
        fault);
  }
}
