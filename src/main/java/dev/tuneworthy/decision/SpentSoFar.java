package dev.tuneworthy.decision;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What a decision has spent, also one that failed or was cancelled; {@code spent.json} of its
 * folder.
 *
 * @param decision id
 * @param tokens of all models
 * @param seconds of this machine, over all attempts
 * @param money USD as a decimal string, or {@code unknown}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SpentSoFar(String decision, long tokens, double seconds, String money) {
  static final String FILE = "spent.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  static SpentSoFar of(String decision, Spending spending) {
    return new SpentSoFar(
        decision, spending.tokens(), Rungs.rounded(spending.seconds()), spending.money().text());
  }

  void write(DecisionFolder folder) {
    try {
      DecisionFolder.write(folder.path(FILE), JSON.writeValueAsString(this));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was spent has a form in JSON", e);
    }
  }

  /** What the decision in a folder has spent; empty where none has begun. */
  public static Optional<SpentSoFar> in(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), SpentSoFar.class));
    } catch (IOException e) {
      return Optional.empty(); // damaged: the next attempt writes it anew
    }
  }

  /** In words. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "Spent until then: %,d tokens, %.1f minutes, %s USD.",
        tokens,
        seconds / 60,
        money);
  }
}
