package dev.tuneworthy.decoder;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Prefixes that were computed and may serve again: instruction and demonstrations are prefilled
 * once for all items of a candidate. Holds the few that were used last; owns them.
 */
final class PrefixCache implements AutoCloseable {
  private static final int ENTRIES = 4;

  /**
   * Tokens that one pass reads. A pass looks at every pair of its tokens, though one of the two
   * sees the other only; several passes skip most of the pairs that count for nothing.
   */
  private static final int CHUNK = 256;

  /** A common start shorter than this is not worth a pass of its own. */
  private static final int LEAST = 8;

  private record Entry(String adapterKey, Prefix prefix) {}

  private final Decoder decoder;
  private final Deque<Entry> entries = new ArrayDeque<>();

  PrefixCache(Decoder decoder) {
    this.decoder = decoder;
  }

  /**
   * The prefix to use for a set of prompts: what all share of their stable starts, leaving at least
   * one token of each. It stays the cache's and is valid until the next call.
   */
  Prefix shared(List<Prompt> prompts, Adapter adapter) {
    List<Integer> common = commonStart(prompts);
    if (common.size() < LEAST) {
      return decoder.emptyPrefix();
    }
    for (Entry entry : entries) {
      if (entry.adapterKey().equals(adapter.key()) && entry.prefix().tokens().equals(common)) {
        entries.remove(entry);
        entries.addFirst(entry);
        return entry.prefix();
      }
    }
    Prefix prefix = prefill(common.stream().mapToInt(Integer::intValue).toArray(), adapter);
    entries.addFirst(new Entry(adapter.key(), prefix));
    while (entries.size() > ENTRIES) {
      entries.removeLast().prefix().close();
    }
    return prefix;
  }

  private static List<Integer> commonStart(List<Prompt> prompts) {
    List<Integer> first = prompts.get(0).tokens();
    int length = first.size();
    for (Prompt prompt : prompts) {
      int most = Math.min(length, Math.min(prompt.stable(), prompt.length() - 1));
      int same = 0;
      while (same < most && prompt.tokens().get(same).equals(first.get(same))) {
        same++;
      }
      length = same;
    }
    return first.subList(0, length);
  }

  private Prefix prefill(int[] tokens, Adapter adapter) {
    decoder.checkLength(tokens.length, "prompt");
    KeyValues computed = decoder.stepper().room(tokens.length);
    for (int from = 0; from < tokens.length; from += CHUNK) {
      int to = Math.min(tokens.length, from + CHUNK);
      decoder.stepper().read(computed, Arrays.copyOfRange(tokens, from, to), from, adapter);
    }
    return new Prefix(Arrays.stream(tokens).boxed().toList(), computed);
  }

  /** Drops everything, as when an adapter changes under its key. */
  void clear() {
    entries.forEach(entry -> entry.prefix().close());
    entries.clear();
  }

  @Override
  public void close() {
    clear();
  }
}
