package dev.tuneworthy.app;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The one clock of the service. */
final class Clocks {
  private Clocks() {}

  @Produces
  @Singleton
  static Clock utc() {
    return Clock.systemUTC();
  }
}
