package dev.tuneworthy.decision;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What of a decision cannot be had again by repeating it: the seconds that each piece of work took,
 * summed over interruptions, the tokens of dev checks within a training, and the latencies. One
 * file in the decision folder, written when a piece ends and every few seconds within one. Not safe
 * for use by several threads.
 */
final class Journal {
  static final String FILE = "journal.json";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
  private static final double SAVE_EVERY_SECONDS = 5;

  private final Path file;
  private final LongSupplier nanoClock;
  private final Content content;
  private final Deque<Piece> open = new ArrayDeque<>();
  private long saved;

  /**
   * Times of single requests and the throughput of one candidate.
   *
   * @param requestsPerSecond 0 if unknown
   */
  record Timing(
      List<Double> millis,
      double p50,
      double p95,
      String note,
      double requestsPerSecond,
      long cached,
      long fresh,
      long output) {
    Timing {
      millis = List.copyOf(millis);
    }

    TokenUsage usage() {
      return new TokenUsage(cached, fresh, output);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Content(
      String decision,
      TreeMap<String, Double> seconds,
      TreeMap<String, Long> tokens,
      TreeMap<String, Timing> timings) {}

  private record Piece(String name, long[] since) {}

  private Journal(Path file, LongSupplier nanoClock, Content content) {
    this.file = file;
    this.nanoClock = nanoClock;
    this.content = content;
    this.saved = nanoClock.getAsLong();
  }

  /** The journal of a folder, empty if there is none or it belongs to another decision. */
  static Journal open(Path folder, String decision, LongSupplier nanoClock) {
    Path file = folder.resolve(FILE);
    Content content =
        read(file)
            .filter(found -> decision.equals(found.decision()))
            .orElseGet(() -> fresh(decision));
    return new Journal(file, nanoClock, content);
  }

  private static Content fresh(String decision) {
    return new Content(decision, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
  }

  /** Does a piece of work and adds the time it takes, also if it fails; pieces may be nested. */
  <T> T time(String piece, Supplier<T> work) {
    Optional.ofNullable(open.peek()).ifPresent(this::settle);
    Piece mine = new Piece(piece, new long[] {nanoClock.getAsLong()});
    open.push(mine);
    try {
      return work.get();
    } finally {
      settle(mine);
      open.pop();
      Optional.ofNullable(open.peek()).ifPresent(outer -> outer.since()[0] = nanoClock.getAsLong());
      save();
    }
  }

  /** Brings the open piece up to date, and now and then the file. */
  void tick() {
    Optional.ofNullable(open.peek()).ifPresent(this::settle);
    if ((nanoClock.getAsLong() - saved) / 1e9 >= SAVE_EVERY_SECONDS) {
      save();
    }
  }

  /** Seconds of all pieces whose name starts so. */
  double seconds(String prefix) {
    return content.seconds().entrySet().stream()
        .filter(piece -> piece.getKey().startsWith(prefix))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Counts the tokens of work that is not done again when a decision goes on. */
  void count(String work, long tokens) {
    content.tokens().put(work, tokens);
    save();
  }

  /** Tokens of all work whose name starts so. */
  long tokens(String prefix) {
    return content.tokens().entrySet().stream()
        .filter(work -> work.getKey().startsWith(prefix))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  Optional<Timing> timing(String candidate) {
    return Optional.ofNullable(content.timings().get(candidate));
  }

  void keep(String candidate, Timing timing) {
    content.timings().put(candidate, timing);
    save();
  }

  private void settle(Piece piece) {
    long now = nanoClock.getAsLong();
    content.seconds().merge(piece.name(), (now - piece.since()[0]) / 1e9, Double::sum);
    piece.since()[0] = now;
  }

  private void save() {
    saved = nanoClock.getAsLong();
    DecisionFolder.write(file, text());
  }

  private String text() {
    try {
      return JSON.writeValueAsString(content);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a journal has a form in JSON", e);
    }
  }

  private static Optional<Content> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readString(file), Content.class));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // damaged: its times are lost, the answers are elsewhere
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK, file + " cannot be read: " + e + ". Check the permissions.", e);
    }
  }
}
