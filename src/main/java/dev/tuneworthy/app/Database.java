package dev.tuneworthy.app;

import io.quarkus.arc.InjectableInstance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Produces;
import jakarta.persistence.EntityManager;
import org.hibernate.Session;

/**
 * The one entity manager of the service: H2's or PostgreSQL's, whichever the configuration made
 * active. A command of the command line makes neither active and must not touch it.
 */
final class Database {
  private Database() {}

  @Produces
  @ApplicationScoped
  static EntityManager entityManager(@Any InjectableInstance<Session> sessions) {
    return sessions.getActive();
  }
}
