package dev.tuneworthy.prompting;

import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Turn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Chooses demonstrations from a pool for one question at a time (Liu et al. 2022, "What makes good
 * in-context examples for GPT-3?"). What a question resembles most comes last, next to the
 * question. Where two of the pool are equally good the one that stands first in it counts more, so
 * a choice depends on nothing but pool and question; a text never demonstrates itself.
 */
final class Retriever {
  /** Relevance and difference weigh the same. */
  private static final double LAMBDA = 0.5;

  private final List<Example> pool;
  private final List<String> texts;
  private final Selection how;
  private final int k;
  private final Function<String, List<Integer>> ranking;

  private Retriever(
      List<Example> pool,
      List<String> texts,
      Selection how,
      int k,
      Function<String, List<Integer>> ranking) {
    this.pool = pool;
    this.texts = texts;
    this.how = how;
    this.k = k;
    this.ranking = ranking;
  }

  /**
   * @param pool what may be shown; among equals the first counts more
   * @param how one that is {@link Selection#perQuestion}
   * @param k demonstrations for each question
   */
  static Retriever over(List<Example> pool, Selection how, int k) {
    return over(pool, how, k, MiniLm::embed);
  }

  /**
   * @param embedder the vector of a text, of length 1 or all zeros
   */
  static Retriever over(
      List<Example> pool, Selection how, int k, Function<String, float[]> embedder) {
    List<String> texts = pool.stream().map(e -> text(e.history(), e.input())).toList();
    Function<String, List<Integer>> ranking =
        switch (how) {
          case NEAREST -> nearest(texts, new Bm25(texts)::scores, k);
          case NEAREST_EMBEDDINGS -> nearest(texts, cosines(vectors(texts, embedder), embedder), k);
          case DIVERSE -> diverse(texts, embedder, k);
          case RANDOM, BALANCED ->
              throw new IllegalArgumentException(how.label() + " does not look at the question");
        };
    return new Retriever(List.copyOf(pool), texts, how, k, ranking);
  }

  /** The demonstrations for what is asked after some turns, in the order of the prompt. */
  List<Example> choose(List<Turn> history, String input) {
    List<Integer> best = new ArrayList<>(ranking.apply(text(history, input)));
    Collections.reverse(best);
    return best.stream().map(pool::get).toList();
  }

  List<Example> pool() {
    return pool;
  }

  Selection selection() {
    return how;
  }

  int k() {
    return k;
  }

  /** The texts that are compared with a question's. */
  List<String> texts() {
    return texts;
  }

  private static String text(List<Turn> history, String input) {
    StringBuilder text = new StringBuilder();
    history.forEach(turn -> text.append(turn.content()).append('\n'));
    return text.append(input).toString();
  }

  private static Function<String, List<Integer>> nearest(
      List<String> texts, Function<String, double[]> scores, int k) {
    return asked -> {
      double[] relevance = withoutItself(texts, asked, scores.apply(asked));
      return IntStream.range(0, relevance.length)
          .filter(i -> relevance[i] > Double.NEGATIVE_INFINITY)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -relevance[i])) // stable
          .limit(k)
          .toList();
    };
  }

  private static Function<String, List<Integer>> diverse(
      List<String> texts, Function<String, float[]> embedder, int k) {
    List<float[]> vectors = vectors(texts, embedder);
    Function<String, double[]> cosines = cosines(vectors, embedder);
    return asked ->
        MarginalRelevance.choose(
            withoutItself(texts, asked, cosines.apply(asked)),
            (one, other) -> dot(vectors.get(one), vectors.get(other)),
            LAMBDA,
            k);
  }

  private static double[] withoutItself(List<String> texts, String asked, double[] relevance) {
    for (int i = 0; i < relevance.length; i++) {
      if (texts.get(i).equals(asked)) {
        relevance[i] = Double.NEGATIVE_INFINITY;
      }
    }
    return relevance;
  }

  private static List<float[]> vectors(List<String> texts, Function<String, float[]> embedder) {
    return texts.stream().map(embedder).toList();
  }

  private static Function<String, double[]> cosines(
      List<float[]> vectors, Function<String, float[]> embedder) {
    return asked -> {
      float[] vector = embedder.apply(asked);
      ToDoubleFunction<float[]> cosine = other -> dot(vector, other);
      return vectors.stream().mapToDouble(cosine).toArray();
    };
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
