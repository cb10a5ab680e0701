package dev.tuneworthy.decision;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.ContentHash;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who looked at which test data, on this machine: one append-only file with one JSON object a line.
 * Test data is known by its content, whatever the task is called and however its instruction reads;
 * one example more or less makes it other data. The same look taken again, as when a decision is
 * resumed or repeated, is not a second one. Safe for use by several threads and processes.
 */
public final class TestLedger {
  static final String FILE = "test-looks.jsonl";

  /** Under this name a record's provenance has the look that its decision took. */
  static final String FINDING = "testLook";

  /** Starts the warning of a record whose decision was not the first to look. */
  public static final String WARNING = "test: ";

  /** Of earlier looks this many are kept in a record, the latest. */
  static final int MOST_EARLIER = 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /** Processes exclude each other by the lock of the file, threads of this one by this. */
  private static final Object WITHIN_THIS_PROCESS = new Object();

  private final Path file;
  private final Clock clock;

  /**
   * @param folder is made when the first look is taken
   * @param clock whose date is written down
   */
  public TestLedger(Path folder, Clock clock) {
    this.file = folder.resolve(FILE);
    this.clock = clock;
  }

  /**
   * A look at test data.
   *
   * @param data hash of the test examples
   * @param number 1 for the first look anybody took
   * @param earlier who looked before and when, the latest last
   */
  public record Look(String data, int number, List<String> earlier) {
    public Look {
      earlier = List.copyOf(earlier);
    }

    /** What is to be said where it is not the first. */
    public Optional<String> warning() {
      return number == 1
          ? Optional.empty()
          : Optional.of(
              (WARNING
                      + "look number %d at the same test examples; the one before was %s. What was"
                      + " changed in view of an earlier look is flattered by this one: draw new test"
                      + " examples before a claim rests on it.")
                  .formatted(number, earlier.get(earlier.size() - 1)));
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Line(
      @JsonProperty(required = true) String data,
      @JsonProperty(required = true) String by,
      @JsonProperty(required = true) String on) {
    String told() {
      return by + " on " + on;
    }
  }

  /**
   * Writes a look down before it is taken, unless the same was taken before.
   *
   * @param by who looks, as {@code decision 1a2b}; the same text is the same look
   * @throws ServiceException {@code DISK} if the ledger cannot be read or written
   */
  public Look look(Task task, String by) {
    String data = hash(task);
    synchronized (WITHIN_THIS_PROCESS) {
      try {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
          channel.lock(); // let go when the channel is closed
          return look(channel, data, by);
        }
      } catch (IOException e) {
        throw new ServiceException(
            ErrorCode.DISK,
            file
                + ": expected a ledger of looks at test data that can be read and written, found "
                + e
                + ". Check the permissions and the space.",
            e);
      }
    }
  }

  /** The day that the ledger's clock shows. */
  LocalDate today() {
    return LocalDate.now(clock);
  }

  private Look look(FileChannel channel, String data, String by) throws IOException {
    List<Line> before = new ArrayList<>();
    for (Line line : lines(channel, data)) {
      if (line.by().equals(by)) {
        return look(data, before);
      }
      before.add(line);
    }
    append(channel, new Line(data, by, today().toString()));
    return look(data, before);
  }

  private static Look look(String data, List<Line> before) {
    List<Line> latest = before.subList(Math.max(0, before.size() - MOST_EARLIER), before.size());
    return new Look(data, before.size() + 1, latest.stream().map(Line::told).toList());
  }

  /** The looks at these data in their order; a line that was cut short by a kill is none. */
  private static List<Line> lines(FileChannel channel, String data) throws IOException {
    List<Line> found = new ArrayList<>();
    BufferedReader reader =
        new BufferedReader(Channels.newReader(channel, StandardCharsets.ISO_8859_1));
    for (String text = reader.readLine(); text != null; text = reader.readLine()) {
      if (text.contains(data)) {
        parsed(text).filter(line -> line.data().equals(data)).ifPresent(found::add);
      }
    }
    return found;
  }

  private static Optional<Line> parsed(String text) {
    try {
      return Optional.of(JSON.readValue(text, Line.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** On a line of its own, whatever the file ends with. */
  private static void append(FileChannel channel, Line line) throws IOException {
    long end = channel.size();
    ByteBuffer last = ByteBuffer.allocate(1);
    boolean broken = end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n';
    String text = (broken ? "\n" : "") + JSON.writeValueAsString(line) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      channel.write(bytes, end + bytes.position());
    }
    channel.force(false);
  }

  /** Of what the test examples say, in whatever order and under whatever ids. */
  static String hash(Task task) {
    List<String> each = task.split(Split.TEST).stream().map(TestLedger::hash).sorted().toList();
    return new ContentHash().add("test").add(each).hex();
  }

  private static String hash(Example example) {
    return new ContentHash()
        .add(example.history().stream().map(Turn::role).toList())
        .add(example.history().stream().map(Turn::content).toList())
        .add(example.input())
        .add(example.expected())
        .hex();
  }
}
