package dev.tuneworthy.job;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who this process is: a name kept in the data folder, so that a restarted process knows the jobs
 * of its predecessor. The folder is locked while the process lives; the operating system lets go of
 * the lock even after {@code kill -9}.
 */
@ApplicationScoped
class NodeIdentity {
  private final String name;
  private final FileChannel channel;

  NodeIdentity(@ConfigProperty(name = "tuneworthy.data") Path data) {
    try {
      Files.createDirectories(data);
      channel =
          FileChannel.open(
              data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock(channel, data);
      name = readName(data.resolve("node"));
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK, "data folder " + data + " cannot be used: " + e.getMessage(), e);
    }
  }

  String name() {
    return name;
  }

  @PreDestroy
  void release() throws IOException {
    channel.close();
  }

  private static void lock(FileChannel channel, Path data) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw ServiceException.of(
          ErrorCode.CONFLICT,
          "data folder " + data,
          "no other service that uses it",
          "one that runs",
          "Stop it, or set TUNEWORTHY_DATA to another folder");
    }
  }

  private static String readName(Path file) throws IOException {
    if (!Files.exists(file)) {
      Path fresh = file.resolveSibling("node.new");
      Files.writeString(fresh, UUID.randomUUID().toString(), StandardCharsets.UTF_8);
      Files.move(fresh, file);
    }
    return Files.readString(file, StandardCharsets.UTF_8).strip();
  }
}
