package dev.tuneworthy.api;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The decision folders under the data folder; ids are made by the service, never by a client. */
@ApplicationScoped
class DecisionFolders {
  private final Path root;

  DecisionFolders(@ConfigProperty(name = "tuneworthy.data") Path data) {
    this.root = data.resolve("decisions");
  }

  Path of(String id) {
    return root.resolve(id);
  }

  void delete(String id) {
    deleteTree(of(id));
  }

  /** Deletes a folder and what it holds; links are removed, not followed. */
  static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK, folder + " cannot be deleted: " + e.getMessage(), e);
    }
  }
}
