package dev.tuneworthy.fuzz;

import com.sun.management.ThreadMXBean;
import dev.tuneworthy.error.ErrorKind;
import dev.tuneworthy.error.ServiceException;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Gives a reader many damaged inputs and holds it to one promise: it reads them or it throws a
 * {@link ServiceException} that is the user's to mend and says what was expected, in time and
 * without more memory than the input deserves.
 *
 * <p>{@code -Dtuneworthy.fuzz.runs=100000} sets the number of runs of every reader, {@code
 * -Dtuneworthy.fuzz.seed=17} the first seed: with both, {@code runs=1} repeats one failure.
 */
final class Fuzz {
  private static final long MOST_SECONDS = 30;

  /** Different faults, by exception and place, after which a reader is bad enough. */
  private static final int MOST_FAILURES = 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final String what;
  private final int runs;
  private final long mostBytes;
  private final Predicate<String> wording;
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final Map<String, Throwable> failures = new LinkedHashMap<>();
  private final Set<String> kinds = new HashSet<>();

  private Fuzz(String what, int runs, long mostBytes, Predicate<String> wording) {
    this.what = what;
    this.runs = runs;
    this.mostBytes = mostBytes;
    this.wording = wording;
  }

  /** Damages an input and reads it. */
  @FunctionalInterface
  interface Reader {
    void read(Mutator mutator) throws Exception;
  }

  /**
   * @param runs how many in an ordinary build
   * @param mostMegabytes most memory that a run may allocate on the heap
   * @param named what every error message must contain
   */
  static Fuzz of(String what, int runs, int mostMegabytes, String named) {
    Predicate<String> wording = message -> message.contains(named);
    return new Fuzz(what, runs, (long) mostMegabytes << 20, wording);
  }

  void run(Reader reader) {
    int all = Integer.getInteger("tuneworthy.fuzz.runs", runs);
    long first = Long.getLong("tuneworthy.fuzz.seed", 1);
    ExecutorService worker =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "fuzz " + what);
              thread.setDaemon(true);
              return thread;
            });
    try {
      for (long seed = first; seed < first + all && failures.size() < MOST_FAILURES; seed++) {
        one(worker, seed, reader);
      }
    } finally {
      worker.shutdownNow();
    }
    System.out.printf(Locale.ROOT, "fuzz %s: %,d runs, %s%n", what, all, outcomes);
    if (!failures.isEmpty()) {
      AssertionError error = new AssertionError(String.join("\n", failures.keySet()));
      failures.values().forEach(error::addSuppressed);
      throw error;
    }
  }

  private void one(ExecutorService worker, long seed, Reader reader) {
    Mutator mutator = new Mutator(seed);
    try {
      String outcome =
          worker.submit(() -> outcome(mutator, reader)).get(MOST_SECONDS, TimeUnit.SECONDS);
      outcomes.merge(outcome, 1, Integer::sum);
    } catch (ExecutionException e) {
      outcomes.merge("FAULT", 1, Integer::sum);
      StackTraceElement[] stack = e.getCause().getStackTrace();
      String kind = e.getCause().getClass() + " " + (stack.length == 0 ? "" : stack[0]);
      if (kinds.add(kind)) {
        failures.put(failure(seed, mutator, e.getCause().toString()), e.getCause());
      }
    } catch (TimeoutException e) {
      throw new AssertionError(failure(seed, mutator, "no end after " + MOST_SECONDS + " s"), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(failure(seed, mutator, "an interruption"), e);
    }
  }

  private String outcome(Mutator mutator, Reader reader) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    String outcome = "READ";
    try {
      reader.read(mutator);
    } catch (ServiceException e) {
      outcome = e.code().name();
      check(e);
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (allocated > mostBytes) {
      throw new IllegalStateException("allocated " + allocated + " bytes, then " + outcome);
    }
    return outcome;
  }

  private void check(ServiceException e) {
    String message = String.valueOf(e.getMessage());
    boolean usersToMend =
        e.code().kind() == ErrorKind.USER
            || e.code().kind() == ErrorKind.LIMIT
            || e.code().kind() == ErrorKind.NOT_FOUND;
    boolean says = message.contains("expected") && message.contains("found");
    if (!usersToMend || !says || !wording.test(message) || message.length() > 4_000) {
      throw new IllegalStateException("not a message to act on: " + e.code() + " " + message, e);
    }
  }

  private String failure(long seed, Mutator mutator, String found) {
    return String.format(
        Locale.ROOT,
        "%s, seed %d (-Dtuneworthy.fuzz.seed=%d -Dtuneworthy.fuzz.runs=1): %s; mutation: %s",
        what,
        seed,
        seed,
        found,
        mutator);
  }
}
