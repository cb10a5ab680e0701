package dev.tuneworthy.job;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one worker of a process: one job at a time, because a training takes every core there is.
 * Runs only in the service.
 */
@ApplicationScoped
class Worker {
  private static final Logger LOG = Logger.getLogger(Worker.class);
  private static final long PATIENCE_SECONDS = 4;

  private final JobLedger ledger;
  private final JobQueue queue;
  private final QueueSettings settings;
  private final Clock clock;
  private final NodeIdentity identity;
  private final JobMetrics metrics;
  private final Map<String, JobHandler> handlers;

  private final ScheduledExecutorService turns =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "tuneworthy-worker"));
  private final ScheduledExecutorService heartbeats =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "tuneworthy-heartbeat"));
  private volatile @Nullable ScheduledFuture<?> schedule;
  private volatile @Nullable RunningJob running;
  private volatile boolean stopping;
  private boolean failing; // of the worker's thread alone

  Worker(
      JobLedger ledger,
      JobQueue queue,
      QueueSettings settings,
      Clock clock,
      NodeIdentity identity,
      JobMetrics metrics,
      @All List<JobHandler> handlers) {
    this.ledger = ledger;
    this.queue = queue;
    this.settings = settings;
    this.clock = clock;
    this.identity = identity;
    this.metrics = metrics;
    this.handlers =
        handlers.stream().collect(Collectors.toMap(JobHandler::kind, Function.identity()));
  }

  void start(
      @Observes StartupEvent event, @ConfigProperty(name = "tuneworthy.serve") boolean serve) {
    if (!serve) {
      return;
    }
    int recovered = ledger.recover(Optional.of(identity.name()));
    if (recovered > 0) {
      LOG.infof("put %d interrupted jobs back into the queue", recovered);
    }
    long pause = settings.poll().toMillis();
    schedule = turns.scheduleWithFixedDelay(this::turn, 0, pause, TimeUnit.MILLISECONDS);
  }

  /** Whether turns still come; true where none are to come. */
  boolean alive() {
    ScheduledFuture<?> turnsToCome = schedule;
    return turnsToCome == null || !turnsToCome.isDone();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    RunningJob job = running;
    if (job != null) {
      job.stop();
    }
    turns.shutdown();
    if (!turns.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      LOG.info("a step did not end in time; its job goes on after the next start");
    }
    heartbeats.shutdownNow();
  }

  /** Works until the queue is empty; whatever goes wrong, the next turn comes. */
  private void turn() {
    try {
      ledger.recover(Optional.empty());
      purge();
      metrics.waiting(queue.count(JobState.QUEUED));
      Optional<Job> next = ledger.claim(identity.name());
      while (next.isPresent()) {
        work(next.get());
        purge();
        metrics.waiting(queue.count(JobState.QUEUED));
        next = stopping ? Optional.empty() : ledger.claim(identity.name());
      }
      failing = false;
    } catch (RuntimeException e) {
      if (failing) { // once in full: a full disk is not to be filled with stack traces
        LOG.errorf("the queue still cannot be worked: %s", e);
      } else {
        LOG.error("the queue cannot be worked; trying again", e);
      }
      failing = true;
    }
  }

  private void work(Job job) {
    RunningJob context = new RunningJob(job.id(), identity.name(), ledger, clock);
    running = context;
    long period = Math.max(1, settings.lease().toMillis() / 3);
    ScheduledFuture<?> heartbeat =
        heartbeats.scheduleAtFixedRate(() -> beat(context), period, period, TimeUnit.MILLISECONDS);
    Instant start = clock.instant();
    try {
      handler(job.kind()).run(context);
      ledger.succeed(job.id(), identity.name());
    } catch (ServiceException e) {
      settle(job, context, e);
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "job %s failed", job.id());
      ledger.fail(
          job.id(), identity.name(), new ServiceException(ErrorCode.INTERNAL, e.toString(), e));
    } finally {
      heartbeat.cancel(false);
      running = null;
      Duration time = Duration.between(start, clock.instant());
      queue.find(job.id()).ifPresent(ended -> metrics.ran(ended.state(), time));
    }
  }

  private void settle(Job job, RunningJob context, ServiceException fault) {
    if (context.cancelled()) {
      ledger.cancelled(job.id(), identity.name());
    } else if (context.interruptedByStop()) {
      ledger.release(job.id(), identity.name());
    } else {
      LOG.warnf("job %s: %s: %s", job.id(), fault.code(), fault.getMessage());
      ledger.fail(job.id(), identity.name(), fault);
    }
  }

  private void beat(RunningJob context) {
    try {
      context.beat();
      metrics.waiting(queue.count(JobState.QUEUED));
    } catch (RuntimeException e) {
      // A missed beat is made good by the next; if none comes through, the lease runs out.
      LOG.warn("the lease could not be renewed", e);
    }
  }

  private void purge() {
    for (Job job : ledger.toPurge()) {
      try {
        handler(job.kind()).purge(job.id());
        queue.remove(job.id());
      } catch (RuntimeException e) {
        // Kept for the next turn; the jobs behind it must not wait for a disk to recover.
        LOG.warnf(e, "the data of %s could not be removed yet", job.id());
      }
    }
  }

  private JobHandler handler(String kind) {
    return Optional.ofNullable(handlers.get(kind))
        .orElseThrow(
            () -> new ServiceException(ErrorCode.INTERNAL, "nothing handles jobs of kind " + kind));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
