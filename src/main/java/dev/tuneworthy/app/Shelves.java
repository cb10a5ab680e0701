package dev.tuneworthy.app;

import dev.tuneworthy.decision.Library;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where the shipped policies, suites and tasks stand. */
final class Shelves {
  private Shelves() {}

  @Produces
  @Singleton
  static Library library(@ConfigProperty(name = "tuneworthy.home") Path home) {
    return new Library(home);
  }
}
