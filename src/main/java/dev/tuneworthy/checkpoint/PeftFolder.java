package dev.tuneworthy.checkpoint;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads and writes the folder of a {@link PeftAdapter}. */
final class PeftFolder {
  private static final int MAX_CONFIG_BYTES = 1 << 20;
  private static final int MAX_MODULES = 1 << 16;

  private final Path folder;

  PeftFolder(Path folder) {
    this.folder = folder;
  }

  PeftAdapter read() {
    Path config = existing(PeftAdapter.CONFIG_FILE);
    PeftConfig settings =
        PeftConfig.read(JsonFields.read(config, ErrorCode.BAD_ADAPTER, MAX_CONFIG_BYTES));
    Path weights = existing(PeftAdapter.WEIGHTS_FILE);
    try (MappedFile file = MappedFile.open(weights)) {
      SortedMap<String, LoraWeights> modules =
          modules(settings, weights, SafetensorsFile.read(file, ErrorCode.BAD_ADAPTER).tensors());
      settings.checkTargets(modules.keySet());
      return new PeftAdapter(
          settings.rank(),
          settings.alpha(),
          settings.dropout(),
          settings.rsLora(),
          settings.targetModules().isEmpty()
              ? lastNames(modules.keySet())
              : settings.targetModules(),
          settings.baseModel(),
          modules);
    }
  }

  private Path existing(String name) {
    Path file = folder.resolve(name);
    if (Files.isRegularFile(file)) {
      return file;
    }
    if (!Files.isDirectory(folder)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND,
          "adapter " + folder,
          "a PEFT folder",
          "no such folder",
          "Check the path.");
    }
    Path pickle = folder.resolve("adapter_model.bin");
    if (name.equals(PeftAdapter.WEIGHTS_FILE) && Files.exists(pickle)) {
      throw bad(
          pickle,
          PeftAdapter.WEIGHTS_FILE,
          "a pickle file, which can run code when it is read",
          "Save it with safe_serialization=True where you trust it.");
    }
    throw bad(folder, "a file " + name, "none", "Name the folder that PEFT saved.");
  }

  private static SortedMap<String, LoraWeights> modules(
      PeftConfig settings, Path file, Map<String, StoredTensor> tensors) {
    SortedMap<String, LoraWeights> modules = new TreeMap<>();
    for (String key : tensors.keySet()) {
      boolean a = key.endsWith(PeftAdapter.A_SUFFIX);
      if (!key.startsWith(PeftAdapter.PREFIX) || (!a && !key.endsWith(PeftAdapter.B_SUFFIX))) {
        throw bad(
            file,
            "names " + PeftAdapter.PREFIX + "<module>" + PeftAdapter.A_SUFFIX + " and lora_B",
            "tensor " + key,
            "Use a LoRA adapter of linear layers.");
      }
      String module =
          key.substring(PeftAdapter.PREFIX.length(), key.length() - PeftAdapter.A_SUFFIX.length());
      String other = a ? PeftAdapter.keyOfB(module) : PeftAdapter.keyOfA(module);
      if (!tensors.containsKey(other)) {
        throw bad(file, "tensor " + other, "none beside " + key, "Save the adapter again.");
      }
      if (a) {
        modules.put(module, weights(settings, file, module, tensors.get(key), tensors.get(other)));
      }
    }
    if (modules.isEmpty() || modules.size() > MAX_MODULES) {
      throw bad(file, "1 to " + MAX_MODULES + " modules", "" + modules.size(), "Save it again.");
    }
    return modules;
  }

  private static LoraWeights weights(
      PeftConfig settings, Path file, String module, StoredTensor a, StoredTensor b) {
    int rank = settings.rankOf(module);
    boolean fits =
        a.shape().size() == 2
            && b.shape().size() == 2
            && a.shape().get(0) == rank
            && b.shape().get(1) == rank;
    if (!fits) {
      throw bad(
          file,
          module + " with A [" + rank + ", in] and B [out, " + rank + "]",
          "A " + a.shape() + " and B " + b.shape(),
          "Make " + PeftAdapter.CONFIG_FILE + " agree with the weights.");
    }
    return LoraWeights.copyOf(
        rank,
        Math.toIntExact(a.shape().get(1)),
        Math.toIntExact(b.shape().get(0)),
        settings.alphaOf(module),
        values(file, module, a),
        values(file, module, b));
  }

  private static FloatBuffer values(Path file, String module, StoredTensor tensor) {
    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(tensor.elements()));
    tensor.readInto(values);
    values.flip();
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw bad(file, "finite weights", values.get(i) + " in " + module, "Train it again.");
      }
    }
    return values;
  }

  private static List<String> lastNames(Iterable<String> modules) {
    List<String> names = new ArrayList<>();
    modules.forEach(module -> names.add(module.substring(module.lastIndexOf('.') + 1)));
    return names;
  }

  /**
   * Writes beside the folder and moves in. Without its configuration a folder is no adapter, so the
   * old one goes first and the new one comes last: a half-written adapter is never read.
   */
  void write(PeftAdapter adapter) {
    Path absolute = folder.toAbsolutePath();
    try {
      Files.createDirectories(absolute.getParent());
      Path fresh = Files.createTempDirectory(absolute.getParent(), ".adapter");
      try {
        adapter.weightsFile().write(fresh.resolve(PeftAdapter.WEIGHTS_FILE));
        Files.write(fresh.resolve(PeftAdapter.CONFIG_FILE), PeftConfig.bytes(adapter));
        moveIn(fresh, absolute);
      } finally {
        delete(fresh);
      }
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          "adapter " + folder + ": cannot be written: " + e + ". Free some space, then retry.",
          e);
    }
  }

  private static void moveIn(Path fresh, Path target) throws IOException {
    Files.createDirectories(target);
    Files.deleteIfExists(target.resolve(PeftAdapter.CONFIG_FILE));
    for (String name : List.of(PeftAdapter.WEIGHTS_FILE, PeftAdapter.CONFIG_FILE)) {
      Files.move(fresh.resolve(name), target.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void delete(Path fresh) throws IOException {
    if (!Files.isDirectory(fresh)) {
      return;
    }
    try (Stream<Path> files = Files.list(fresh)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(fresh);
  }

  private static ServiceException bad(Path file, String expected, String found, String remedy) {
    return ServiceException.of(ErrorCode.BAD_ADAPTER, "adapter " + file, expected, found, remedy);
  }
}
