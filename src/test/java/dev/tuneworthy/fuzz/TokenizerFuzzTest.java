package dev.tuneworthy.fuzz;

import dev.tuneworthy.checkpoint.TokenizerSource.HuggingFaceFile;
import dev.tuneworthy.decoder.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged {@code tokenizer.json} files, which a native library parses. */
class TokenizerFuzzTest {
  private static final String TEXT =
      "The cat <|im_end|> sat on 12 mats,\n\u00e9\u65e5\uD83D\uDE42 ok";

  @TempDir Path folder;

  @Test
  void aDamagedTokenizerFileIsReadOrRefusedByName() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.ROOT.resolve("tiny-llama/tokenizer.json"));
    Path file = folder.resolve("damaged.json");
    Fuzz.of("tokenizer.json", 1_000, 64, "damaged.json")
        .run(
            mutator -> {
              Files.write(file, mutator.json(whole));
              HuggingFaceFile source =
                  new HuggingFaceFile(file, Optional.empty(), Optional.empty());
              try (Tokenizer tokenizer = Tokenizer.of(source)) {
                tokenizer.decode(tokenizer.encode(TEXT), true);
                tokenizer.specialTokensIn(TEXT);
              }
            });
  }
}
