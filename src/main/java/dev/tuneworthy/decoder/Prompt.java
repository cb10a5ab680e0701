package dev.tuneworthy.decoder;

import java.util.List;

/**
 * A prompt as tokens, and how many of them are the same in every request of its kind.
 *
 * @param tokens the whole prompt
 * @param stable leading tokens that come again with the next request: template, instruction and
 *     demonstrations. They are worth keeping; what follows is not, even where the prompts of one
 *     call happen to agree in more
 */
public record Prompt(List<Integer> tokens, int stable) {
  public Prompt {
    tokens = List.copyOf(tokens);
    if (tokens.isEmpty() || stable < 0 || stable > tokens.size()) {
      throw new IllegalArgumentException(
          "a prompt of " + tokens.size() + " tokens with " + stable + " stable ones");
    }
  }

  /** How many tokens there are. */
  public int length() {
    return tokens.size();
  }

  /** The tokens after a prefix. */
  int[] after(int prefix) {
    return tokens.subList(prefix, tokens.size()).stream().mapToInt(Integer::intValue).toArray();
  }
}
