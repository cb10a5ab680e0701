package dev.tuneworthy.job;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when the worker has died, which only a restart mends. */
@Liveness
@ApplicationScoped
class WorkerHealth implements HealthCheck {
  private final Worker worker;

  WorkerHealth(Worker worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("worker of the queue").status(worker.alive()).build();
  }
}
