package dev.tuneworthy.job;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How full the queue is ({@code tuneworthy_jobs_waiting}) and how long runs take ({@code
 * tuneworthy_job_run_seconds}, by how they ended). The worker brings the numbers, because a scrape
 * must not wait for the database.
 */
@ApplicationScoped
class JobMetrics {
  private final MeterRegistry registry;
  private final AtomicLong waiting = new AtomicLong();

  JobMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("tuneworthy.jobs.waiting", waiting, AtomicLong::get)
        .description("Jobs in the queue")
        .register(registry);
  }

  void waiting(long jobs) {
    waiting.set(jobs);
  }

  void ran(JobState outcome, Duration time) {
    Timer.builder("tuneworthy.job.run")
        .description("Time of one run of a job")
        .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .register(registry)
        .record(time);
  }
}
