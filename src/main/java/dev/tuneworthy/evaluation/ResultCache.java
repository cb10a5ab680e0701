package dev.tuneworthy.evaluation;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Turn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Answers on disk, keyed by everything that determines them, so that a repeated or resumed run does
 * no work twice.
 *
 * <p>One append-only file, {@value #FILE}, with one JSON object a line. It may be killed at any
 * moment: an entry counts from the end of its line, and a line cut short by a kill is dropped when
 * the folder is opened again. Entries reach the disk itself at {@link #flush()}, at {@link
 * #close()} and every {@value #SYNC_EVERY} entries. Only the place of each entry is held in memory,
 * of the newest {@value #MOST_ENTRIES} at most; an older entry counts as absent.
 *
 * <p>Holds a lock on the folder while it is open, so one process uses it at a time; within that
 * process several threads may. Owned by whoever opened it.
 */
public final class ResultCache implements AutoCloseable {
  static final String FILE = "answers.jsonl";
  static final String LOCK = "answers.lock";
  static final int SYNC_EVERY = 256;
  static final int MOST_ENTRIES = 500_000;
  static final int LONGEST_LINE = 1 << 20;

  private final Path file;
  private final FileChannel lock;
  private final FileChannel channel;
  private final Consumer<String> warnings;
  private final Map<Key, Place> places;
  private long end;
  private int unsynced;

  private ResultCache(Path file, FileChannel lock, FileChannel channel, Consumer<String> warnings) {
    this.file = file;
    this.lock = lock;
    this.channel = channel;
    this.warnings = warnings;
    this.places = new BoundedPlaces();
  }

  /**
   * Opens the cache in a folder, which is made if missing.
   *
   * @param warnings told about entries that had to be dropped
   * @throws ServiceException {@code CONFLICT} if another run holds the folder, {@code DISK} if it
   *     cannot be read or written
   */
  public static ResultCache open(Path folder, Consumer<String> warnings) {
    try {
      Files.createDirectories(folder);
      FileChannel lock = lock(folder);
      try {
        return load(folder.resolve(FILE), lock, warnings);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw disk(folder, "a folder that can be read and written", e);
    }
  }

  /**
   * The key of a question put by a candidate. Covers the content of the question, not its id, so
   * the same question asked twice is answered once; decoding counts in generate mode only.
   *
   * @param fingerprint of the candidate
   * @return 64 lower-case hex digits
   */
  public static String key(
      String fingerprint, Question question, AnswerMode mode, Decoding decoding) {
    ContentHash hash = new ContentHash().add("v1").add(fingerprint).add(mode.label());
    if (mode == AnswerMode.GENERATE) {
      hash.add(Integer.toString(decoding.maxTokens()))
          .add(Double.toString(decoding.temperature()))
          .add(Long.toString(decoding.temperature() == 0 ? 0 : decoding.seed()));
    }
    hash.add(question.messages().stream().map(Turn::role).toList());
    hash.add(question.messages().stream().map(Turn::content).toList());
    return hash.add(question.text()).add(question.choices()).hex();
  }

  /** The answer under a key; an entry that cannot be read back counts as absent. */
  public synchronized Optional<Answer.Given> find(String key) {
    Place place = places.get(Key.of(key));
    if (place == null) {
      return Optional.empty();
    }
    try {
      ByteBuffer bytes = ByteBuffer.allocate(place.length());
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, place.offset() + bytes.position()) < 0) {
          throw new IOException("the file ends before its entry");
        }
      }
      String line = new String(bytes.array(), StandardCharsets.UTF_8);
      Optional<CachedAnswer> entry =
          CachedAnswer.parse(line).filter(found -> found.key().equals(key));
      if (entry.isEmpty()) {
        warnings.accept(file + ": an entry was damaged and is computed anew");
        places.remove(Key.of(key));
      }
      return entry.map(CachedAnswer::given);
    } catch (IOException e) {
      throw disk(file, "a readable result cache", e);
    }
  }

  /**
   * Keeps an answer. A failure is not kept, so that it is tried again; nor is an answer whose line
   * would exceed {@value #LONGEST_LINE} bytes or whose likelihoods are not finite.
   */
  public synchronized void put(String key, Answer answer) {
    if (!(answer instanceof Answer.Given given)
        || !given.logLikelihoods().stream().allMatch(Double::isFinite)) {
      return;
    }
    byte[] line = CachedAnswer.of(key, given).line().getBytes(StandardCharsets.UTF_8);
    if (line.length > LONGEST_LINE) {
      return;
    }
    try {
      ByteBuffer bytes = ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
      while (bytes.hasRemaining()) {
        channel.write(bytes, end + bytes.position());
      }
      places.put(Key.of(key), new Place(end, line.length));
      end += line.length + 1L;
      if (++unsynced >= SYNC_EVERY) {
        flush();
      }
    } catch (IOException e) {
      throw disk(file, "room for one more answer", e);
    }
  }

  /** Makes everything put so far survive a power cut. */
  public synchronized void flush() {
    try {
      if (unsynced > 0) {
        channel.force(false);
        unsynced = 0;
      }
    } catch (IOException e) {
      throw disk(file, "a disk that keeps what is written", e);
    }
  }

  /** How many answers can be found. */
  public synchronized int size() {
    return places.size();
  }

  @Override
  public synchronized void close() {
    try (lock;
        channel) {
      if (channel.isOpen()) {
        flush();
      }
    } catch (IOException e) {
      throw disk(file, "a file that can be closed", e);
    }
  }

  private static ResultCache load(Path file, FileChannel lock, Consumer<String> warnings)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      ResultCache cache = new ResultCache(file, lock, channel, warnings);
      cache.load();
      return cache;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void load() throws IOException {
    ResultCacheScan scan = new ResultCacheScan(channel, LONGEST_LINE);
    scan.forEachLine(
        (line, offset, length) ->
            CachedAnswer.keyOf(line)
                .ifPresentOrElse(
                    key -> places.put(Key.of(key), new Place(offset, length)), scan::countDamaged));
    end = scan.end();
    if (channel.size() > end) {
      warnings.accept(file + ": the last entry was cut short and is computed anew");
      channel.truncate(end);
    }
    if (scan.damaged() > 0) {
      warnings.accept(file + ": " + scan.damaged() + " damaged entries are computed anew");
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean held;
    try {
      held = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      held = false; // this very process holds it
    }
    if (!held) {
      channel.close();
      throw ServiceException.of(
          ErrorCode.CONFLICT,
          folder.toString(),
          "a folder that no other run uses",
          "one that a running process holds",
          "Wait for that run to end, or choose another folder.");
    }
    return channel;
  }

  private static ServiceException disk(Path where, String expected, IOException cause) {
    return new ServiceException(
        ErrorCode.DISK,
        where
            + ": expected "
            + expected
            + ", found "
            + cause
            + ". Free some space or check the permissions, then run the same command again.",
        cause);
  }

  /** The first 128 bits of a key: enough to find its line, which holds the whole key. */
  private record Key(long high, long low) {
    static Key of(String hex) {
      return new Key(
          Long.parseUnsignedLong(hex.substring(0, 16), 16),
          Long.parseUnsignedLong(hex.substring(16, 32), 16));
    }
  }

  /** Where an entry lies in the file, in bytes, without the end of its line. */
  private record Place(long offset, int length) {}

  private static final class BoundedPlaces extends LinkedHashMap<Key, Place> {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Place> eldest) {
      return size() > MOST_ENTRIES;
    }
  }
}
