package dev.tuneworthy.decoder;

import dev.tuneworthy.runtime.NativeTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Summed log-likelihoods of closed sets of answers. The prefix that all prompts share is computed
 * once; a row is one prompt's own tokens followed by the tree of its answers, each answer token
 * seeing the prompt and its own ancestors only, so that one pass scores all answers of a batch of
 * prompts.
 */
final class ChoiceScorer {
  /** Rows of one pass: enough to keep the matrix products busy. */
  private static final int MOST_ROWS = 640;

  /** Rows of logits of one pass, each V floats. */
  private static final int MOST_HEAD_ROWS = 128;

  private final Decoder decoder;
  private final PrefixCache prefixes;

  ChoiceScorer(Decoder decoder, PrefixCache prefixes) {
    this.decoder = decoder;
    this.prefixes = prefixes;
  }

  /** A prompt and the token sequences of its answers. */
  record Request(Prompt prompt, List<int[]> choices) {}

  /** One prompt of a batch, ready to be laid out. */
  private record Item(int index, int[] own, ChoiceTrie trie, int[] rowOfNode, int rows, int heads) {
    static Item of(int index, Request request, int prefixLength) {
      int[] own = request.prompt().after(prefixLength);
      ChoiceTrie trie = new ChoiceTrie(request.choices());
      int[] rowOfNode = new int[trie.size()];
      rowOfNode[0] = own.length - 1;
      int rows = own.length;
      int heads = 1;
      for (int node = 1; node < trie.size(); node++) {
        if (trie.inner(node)) {
          rowOfNode[node] = rows++;
          heads++;
        }
      }
      return new Item(index, own, trie, rowOfNode, rows, heads);
    }
  }

  /**
   * Scores the choices of every request.
   *
   * @param done is told how many prompts are finished
   * @return for each request the natural-log likelihood of each choice
   */
  List<double[]> score(List<Request> requests, Adapter adapter, IntConsumer done) {
    Prefix prefix = prefixes.shared(requests.stream().map(Request::prompt).toList(), adapter);
    List<Item> items =
        IntStream.range(0, requests.size())
            .mapToObj(i -> Item.of(i, requests.get(i), prefix.length()))
            .sorted(Comparator.comparingInt(Item::rows))
            .toList();
    items.forEach(
        item ->
            decoder.checkLength(
                prefix.length() + item.own().length + item.trie().deepest(), "prompt and choices"));
    double[][] result = new double[requests.size()][];
    int from = 0;
    while (from < items.size()) {
      int to = endOfBatch(items, from);
      scoreBatch(items.subList(from, to), prefix, adapter, result);
      from = to;
      done.accept(from);
    }
    return Arrays.asList(result);
  }

  private static int endOfBatch(List<Item> items, int from) {
    int to = from;
    int heads = 0;
    while (to < items.size()) {
      heads += items.get(to).heads();
      int rows = items.get(to).rows() * (to - from + 1);
      if (to > from && (heads > MOST_HEAD_ROWS || rows > MOST_ROWS)) {
        break;
      }
      to++;
    }
    return to;
  }

  private void scoreBatch(List<Item> batch, Prefix prefix, Adapter adapter, double[][] result) {
    int own = batch.stream().mapToInt(Item::rows).max().orElseThrow();
    Pass pass = new Pass(batch.size(), own);
    List<Long> headRows = new ArrayList<>();
    List<Long> picks = new ArrayList<>();
    for (int b = 0; b < batch.size(); b++) {
      lay(batch.get(b), b, prefix.length(), pass);
      pick(batch.get(b), b, pass, headRows, picks);
    }
    pass.headRows = headRows.stream().mapToLong(Long::longValue).toArray();
    pass.picks = picks.stream().mapToLong(Long::longValue).toArray();
    Map<String, NativeTensor> out = decoder.run(pass, prefix, adapter, Set.of(DecoderGraph.PICKED));
    try (NativeTensor picked = out.get(DecoderGraph.PICKED)) {
      FloatBuffer logProbabilities = picked.floats();
      for (Item item : batch) {
        result[item.index()] = sums(item.trie(), logProbabilities);
      }
    }
  }

  /**
   * The prompt's own tokens causally, then the inner nodes of the tree, each seeing its ancestors.
   */
  private static void lay(Item item, int b, int prefixLength, Pass pass) {
    for (int s = 0; s < item.own().length; s++) {
      pass.token(b, s, item.own()[s], prefixLength + s);
      for (int t = 0; t <= s; t++) {
        pass.see(b, s, t);
      }
    }
    ChoiceTrie trie = item.trie();
    for (int node = 1; node < trie.size(); node++) {
      if (trie.inner(node)) {
        int row = item.rowOfNode()[node];
        int position = prefixLength + item.own().length - 1 + trie.depth(node);
        pass.token(b, row, trie.token(node), position);
        pass.seeAs(b, row, item.rowOfNode()[trie.parent(node)]);
      }
    }
  }

  /**
   * Asks for the log probability of every node's token after its parent, in the order of the nodes.
   */
  private static void pick(Item item, int b, Pass pass, List<Long> headRows, List<Long> picks) {
    ChoiceTrie trie = item.trie();
    long[] headOfNode = new long[trie.size()];
    for (int node = 0; node < trie.size(); node++) {
      if (trie.inner(node)) {
        headOfNode[node] = headRows.size();
        headRows.add((long) pass.row(b, item.rowOfNode()[node]));
      }
    }
    for (int node = 1; node < trie.size(); node++) {
      picks.add(headOfNode[trie.parent(node)]);
      picks.add((long) trie.token(node));
    }
  }

  private static double[] sums(ChoiceTrie trie, FloatBuffer logProbabilities) {
    double[] ofNode = new double[trie.size()];
    for (int node = 1; node < trie.size(); node++) {
      ofNode[node] = logProbabilities.get();
    }
    double[] sums = new double[trie.choices()];
    for (int choice = 0; choice < sums.length; choice++) {
      sums[choice] = trie.path(choice).stream().mapToDouble(node -> ofNode[node]).sum();
    }
    return sums;
  }
}
