package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import java.util.List;

/**
 * Tokens whose keys and values are computed: what a batch of continuations starts from.
 *
 * @param tokens the P token ids
 * @param computed their keys and values, [1, K, P, d]
 */
record Prefix(List<Integer> tokens, KeyValues computed) implements AutoCloseable {
  Prefix {
    tokens = List.copyOf(tokens);
  }

  /** The prefix of no tokens. */
  static Prefix empty(ModelConfig config) {
    return new Prefix(List.of(), KeyValues.none(config));
  }

  int length() {
    return tokens.size();
  }

  @Override
  public void close() {
    computed.close();
  }
}
