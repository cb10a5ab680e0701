package dev.tuneworthy.fuzz;

import dev.tuneworthy.checkpoint.PeftAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged PEFT folders. */
class AdapterFuzzTest {
  @TempDir Path folder;

  @Test
  void aDamagedPeftFolderIsReadOrRefusedByName() throws IOException {
    Path adapter = folder.resolve("damaged");
    Fixtures.copy(Fixtures.ROOT.resolve("tiny-llama/adapter"), adapter);
    List<String> names = List.of(PeftAdapter.CONFIG_FILE, PeftAdapter.WEIGHTS_FILE);
    Fuzz.of("PEFT folder", 1_500, 32, "damaged")
        .run(
            mutator -> {
              Path file = adapter.resolve(mutator.oneOf(names));
              byte[] whole = Files.readAllBytes(file);
              mutator.tell(file.getFileName().toString());
              try {
                Files.write(
                    file,
                    file.toString().endsWith(".json")
                        ? mutator.json(whole)
                        : CheckpointFuzzTest.safetensors(mutator, whole));
                PeftAdapter read = PeftAdapter.read(adapter);
                read.modules().keySet().forEach(read::scale);
                read.sha256();
              } finally {
                Files.write(file, whole);
              }
            });
  }
}
