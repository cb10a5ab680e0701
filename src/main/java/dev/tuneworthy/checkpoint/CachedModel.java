package dev.tuneworthy.checkpoint;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The place of one model in the cache: its file, the mark that it was verified, and its lock. */
final class CachedModel {
  /** A file lock is the whole process's, so threads of one process need a lock of their own. */
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ModelEntry model;
  private final Path folder;

  CachedModel(Path models, ModelEntry model) {
    this.model = model;
    this.folder = models.resolve(model.id());
  }

  /** Work that may fail on disk or be interrupted. */
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  Path file() {
    return folder.resolve(model.file());
  }

  /** Where a source writes; what cannot be resumed starts from nothing. */
  Path partial(boolean keep) throws IOException {
    Path partial = folder.resolve(model.file() + ".part");
    if (!keep) {
      Files.deleteIfExists(partial);
    }
    return partial;
  }

  /** Whether the file is the one that was verified, as far as size and time tell. */
  boolean isTrusted() {
    try {
      return Files.isRegularFile(file()) && Files.readString(mark()).equals(state());
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the file's content is right; a wrong one is removed. */
  boolean isWhole() throws IOException {
    if (isTrusted()) {
      return true;
    }
    if (!Files.isRegularFile(file())) {
      return false;
    }
    boolean right =
        Files.size(file()) == model.bytes()
            && FileDigests.uncached().sha256(List.of(file())).equals(model.sha256());
    if (right) {
      trust();
    } else {
      Files.delete(file());
    }
    return right;
  }

  /** Gives a verified partial file its name. */
  void accept(Path partial) throws IOException {
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(partial, file(), StandardCopyOption.ATOMIC_MOVE);
    trust();
  }

  /** Runs alone among all threads and processes that use this cache. */
  void locked(Work work) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    ReentrantLock threads =
        THREADS.computeIfAbsent(folder.toRealPath(), path -> new ReentrantLock());
    threads.lockInterruptibly();
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid()) {
        work.run();
      }
    } finally {
      threads.unlock();
    }
  }

  /** Refuses before the disk is full. */
  void checkRoom(long bytes) throws IOException {
    long usable = Files.getFileStore(folder).getUsableSpace();
    if (usable < bytes) {
      throw ServiceException.of(
          ErrorCode.DISK,
          "model cache " + folder,
          bytes / (1 << 20) + " MiB of free space for " + model.id(),
          usable / (1 << 20) + " MiB",
          "Free some space or set TUNEWORTHY_CACHE to another folder, then retry.");
    }
  }

  private void trust() throws IOException {
    Files.writeString(mark(), state());
  }

  private Path mark() {
    return folder.resolve(model.file() + ".verified");
  }

  private String state() throws IOException {
    return model.sha256()
        + " "
        + Files.size(file())
        + " "
        + Files.getLastModifiedTime(file()).toInstant()
        + "\n";
  }
}
