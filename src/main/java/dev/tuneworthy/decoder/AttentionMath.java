package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Shape;
import dev.tuneworthy.graph.Shape.Axis;
import dev.tuneworthy.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Scaled dot-product attention with grouped heads, and with a prefix that a whole batch shares.
 *
 * <p>Queries are held as [K, B, G, S, d] (G = H / K query heads for each key-value head), so that
 * keys and values are never repeated: against the sequence's own keys the group folds into the time
 * axis, against the shared prefix the batch does too. Both score blocks come out in one layout and
 * meet in one softmax.
 */
final class AttentionMath {
  /**
   * The rows of a batch.
   *
   * @param batch length B at run time, int64 [1]
   * @param own length S at run time, int64 [1]
   * @param all name of the axis of all B·S rows
   * @param tag makes the names of its other axes its own
   */
  record Rows(Tensor batch, Tensor own, String all, String tag) {
    String axis(String letter) {
      return letter + tag;
    }
  }

  /** Keys and values [K, B, T, d]. */
  record KeysValues(Tensor keys, Tensor values) {}

  private final GraphBuilder graph;
  private final ModelConfig config;

  AttentionMath(GraphBuilder graph, ModelConfig config) {
    this.graph = graph;
    this.config = config;
  }

  private int group() {
    return config.heads() / config.keyValueHeads();
  }

  /** Keys or values of rows [B·S, K·d] as [K, B, S, d]. */
  Tensor heads(Tensor x, Rows rows) {
    int k = config.keyValueHeads();
    int d = config.headSize();
    Tensor target = graph.joinIntegers(rows.batch(), rows.own(), graph.integers(k, d));
    Shape shape = Shape.of(rows.axis("B"), rows.axis("S"), k, d);
    return graph.transpose(graph.reshape(x, target, shape), 2, 0, 1, 3);
  }

  /**
   * Attention of a batch of rows.
   *
   * @param q queries [B·S, H·d]
   * @param own keys and values of each sequence itself [K, B, T, d]
   * @param mask added to the scores against own keys, [B, 1, S, T]
   * @param prefixMask added to the scores against the prefix, [B, 1, S, P]; none where every row
   *     sees all of it
   * @param prefix keys and values that all sequences share, [K, 1, P, d]
   * @return [B·S, H·d]
   */
  Tensor attend(
      Tensor q,
      Rows rows,
      KeysValues own,
      Tensor mask,
      Optional<Tensor> prefixMask,
      Optional<KeysValues> prefix) {
    Tensor queries = queries(q, rows);
    Tensor ownScores = graph.add(ownScores(queries, own.keys(), rows), mask);
    Tensor mixed =
        prefix.isEmpty()
            ? mixOwn(graph.softmax(ownScores), own, queries, rows)
            : attendWithPrefix(queries, ownScores, rows, own, prefixMask, prefix.get());
    int width = config.queryWidth();
    Tensor ordered = graph.transpose(mixed, 1, 3, 0, 2, 4);
    return graph.reshape(ordered, graph.integers(-1, width), Shape.of(rows.all(), width));
  }

  private Tensor attendWithPrefix(
      Tensor queries,
      Tensor ownScores,
      Rows rows,
      KeysValues own,
      Optional<Tensor> prefixMask,
      KeysValues prefix) {
    int k = config.keyValueHeads();
    int d = config.headSize();
    Axis p = prefix.keys().shape().axis(2);
    Tensor flat =
        graph.reshape(queries, graph.integers(k, 1, -1, d), Shape.of(k, 1, rows.axis("BGS"), d));
    Tensor flatScores = graph.matMul(flat, prefix.keys(), false, true, scale());
    Tensor prefixLength = graph.lengthOf(prefix.keys(), 2);
    Tensor allPrefixScores =
        graph.reshape(
            flatScores,
            scoreTarget(rows, prefixLength),
            Shape.of(k, rows.axis("B"), group(), rows.axis("S"), p));

    Tensor prefixScores =
        prefixMask.map(hidden -> graph.add(allPrefixScores, hidden)).orElse(allPrefixScores);
    Tensor weights = graph.softmax(graph.concat(-1, rows.axis("PT"), prefixScores, ownScores));
    Tensor ownLength = graph.lengthOf(own.keys(), 2);
    List<Tensor> parts =
        graph.split(
            weights,
            -1,
            graph.joinIntegers(prefixLength, ownLength),
            p,
            own.keys().shape().axis(2));

    Tensor flatWeights = graph.reshape(parts.get(0), graph.shapeOf(flatScores), flatScores.shape());
    Tensor fromPrefix =
        graph.reshape(
            graph.matMul(flatWeights, prefix.values()), graph.shapeOf(queries), queries.shape());
    return graph.add(fromPrefix, mixOwn(parts.get(1), own, queries, rows));
  }

  /** [B·S, H·d] → [K, B, G, S, d]. */
  private Tensor queries(Tensor q, Rows rows) {
    int k = config.keyValueHeads();
    int d = config.headSize();
    Tensor target = graph.joinIntegers(rows.batch(), rows.own(), graph.integers(k, group(), d));
    Shape shape = Shape.of(rows.axis("B"), rows.axis("S"), k, group(), d);
    return graph.transpose(graph.reshape(q, target, shape), 2, 0, 3, 1, 4);
  }

  /** [K, B, G, S, d] against [K, B, T, d] → [K, B, G, S, T]. */
  private Tensor ownScores(Tensor queries, Tensor keys, Rows rows) {
    Tensor folded = fold(queries, rows, config.headSize());
    Tensor scores = graph.matMul(folded, keys, false, true, scale());
    Axis t = keys.shape().axis(2);
    return graph.reshape(
        scores,
        scoreTarget(rows, graph.lengthOf(keys, 2)),
        Shape.of(config.keyValueHeads(), rows.axis("B"), group(), rows.axis("S"), t));
  }

  /** Weights [K, B, G, S, T] over values [K, B, T, d] → [K, B, G, S, d]. */
  private Tensor mixOwn(Tensor weights, KeysValues own, Tensor queries, Rows rows) {
    Tensor folded = fold(weights, rows, own.values().shape().axis(2));
    Tensor mixed = graph.matMul(folded, own.values());
    return graph.reshape(mixed, graph.shapeOf(queries), queries.shape());
  }

  /** [K, B, G, S, x] → [K, B, G·S, x]. */
  private Tensor fold(Tensor x, Rows rows, Object last) {
    int k = config.keyValueHeads();
    Tensor groupedRows = graph.multiplyIntegers(rows.own(), graph.integers(group()));
    Tensor target =
        graph.joinIntegers(
            graph.integers(k), rows.batch(), groupedRows, graph.lengthOf(x, x.shape().rank() - 1));
    return graph.reshape(x, target, Shape.of(k, rows.axis("B"), rows.axis("GS"), last));
  }

  private Tensor scoreTarget(Rows rows, Tensor last) {
    return graph.joinIntegers(
        graph.integers(config.keyValueHeads()),
        rows.batch(),
        graph.integers(group()),
        rows.own(),
        last);
  }

  private double scale() {
    return config.design().attentionScale();
  }
}
