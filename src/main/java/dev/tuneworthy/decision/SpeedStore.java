package dev.tuneworthy.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.ContentHash;
import dev.tuneworthy.evaluation.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps how fast this machine is, so that it is measured once: one file for each machine, model,
 * precision and engine. A speed is never taken for that of another one.
 */
final class SpeedStore {
  /** Changes when what is measured, or what it means, does. */
  private static final String FORM = "speed 2";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private final Path folder;

  SpeedStore(Path folder) {
    this.folder = folder;
  }

  /**
   * A speed.
   *
   * @param known whether it had been measured before
   */
  record Found(MachineSpeed speed, boolean known) {}

  /**
   * The speed of a model on a machine, measured now if it is not known.
   *
   * @throws ServiceException {@code DISK} if it cannot be kept
   */
  Found of(Bench bench, Machine machine, Progress progress) {
    Path file = folder.resolve(key(bench, machine) + ".json");
    Optional<MachineSpeed> known = read(file);
    if (known.isPresent()) {
      return new Found(known.get(), true);
    }
    MachineSpeed measured = bench.speed(progress);
    write(file, measured);
    return new Found(measured, false);
  }

  /** Whether the speed of a model on a machine has been measured. */
  boolean knows(Bench bench, Machine machine) {
    return read(folder.resolve(key(bench, machine) + ".json")).isPresent();
  }

  /** Forgets the speed of a model on a machine, so that it is measured anew. */
  void forget(Bench bench, Machine machine) {
    try {
      Files.deleteIfExists(folder.resolve(key(bench, machine) + ".json"));
    } catch (IOException e) {
      throw disk(folder, e);
    }
  }

  private static String key(Bench bench, Machine machine) {
    return new ContentHash()
        .add(FORM)
        .add(bench.ref().key())
        .add(bench.ref().provider())
        .add(bench.facts().toString())
        .add(machine.facts().toString())
        .add(machine.identity())
        .hex();
  }

  /** Empty too if the file is damaged or of another form: then it is measured again. */
  private static Optional<MachineSpeed> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readString(file), MachineSpeed.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw disk(file, e);
    }
  }

  private static void write(Path file, MachineSpeed speed) {
    try {
      Files.createDirectories(file.getParent());
      DecisionFolder.write(file, JSON.writeValueAsString(speed));
    } catch (IOException e) {
      throw disk(file, e);
    }
  }

  private static ServiceException disk(Path where, IOException cause) {
    return new ServiceException(
        ErrorCode.DISK,
        where
            + ": expected a file that can be read and written, found "
            + cause
            + ". Check space and permissions.",
        cause);
  }
}
