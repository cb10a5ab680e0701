package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Attention where the prefix that a batch shares is among the rows and so takes part in the
 * gradient: the prefix attends to itself once, every sequence attends to the one prefix and to
 * itself. Gradients flow back into the prefix summed over the batch, as if each sequence had
 * carried its own copy. Several batches, each with a prefix of its own, may lie behind each other.
 */
final class SharedPrefixAttention {
  private final GraphBuilder graph;
  private final Rotation rotation;
  private final AttentionMath math;
  private final List<Batch> batches;
  private final Tensor cut;
  private final Object[] parts;

  /** Its P prefix rows and B·S own ones, the two parts that it has of all rows. */
  private record Batch(
      AttentionMath.Rows prefix, AttentionMath.Rows own, Sight prefixSight, Sight ownSight) {}

  SharedPrefixAttention(GraphBuilder graph, ModelConfig config, int batches) {
    this.graph = graph;
    rotation = new Rotation(graph, config);
    math = new AttentionMath(graph, config);
    this.batches =
        IntStream.range(0, batches).mapToObj(place -> batch(graph, config, place)).toList();
    cut =
        graph.joinIntegers(
            this.batches.stream()
                .flatMap(b -> Stream.of(b.prefix().own(), rows(b.own())))
                .toArray(Tensor[]::new));
    parts =
        this.batches.stream()
            .flatMap(b -> Stream.of(b.prefix().all(), b.own().all()))
            .toArray(Object[]::new);
  }

  private static Batch batch(GraphBuilder graph, ModelConfig config, int place) {
    String tag = DecoderGraph.ofBatch("", place);
    Tensor batch = graph.input(DecoderGraph.BATCH + tag, DataType.INT64, 1);
    Tensor own = graph.input(DecoderGraph.OWN + tag, DataType.INT64, 1);
    Tensor prefix = graph.input(DecoderGraph.PREFIX + tag, DataType.INT64, 1);
    return new Batch(
        new AttentionMath.Rows(graph.integers(1), prefix, "Np" + tag, "p" + tag),
        new AttentionMath.Rows(batch, own, "BS" + tag, tag),
        Sight.ofPrefix(graph, config, tag, "Sp" + tag),
        Sight.ofOwnRows(graph, config, tag, "S" + tag, "Sp" + tag));
  }

  private Tensor rows(AttentionMath.Rows rows) {
    return graph.multiply(rows.batch(), rows.own());
  }

  Tensor attend(int layer, List<Tensor> projected) {
    List<Tensor> turned = rotation.turned(layer, projected);
    List<Tensor> queries = graph.split(turned.get(0), 0, cut, parts);
    List<Tensor> keys = graph.split(turned.get(1), 0, cut, parts);
    List<Tensor> values = graph.split(turned.get(2), 0, cut, parts);
    Tensor[] mixed = new Tensor[parts.length];
    for (int b = 0; b < batches.size(); b++) {
      Batch batch = batches.get(b);
      int own = 2 * b + 1;
      AttentionMath.KeysValues ofPrefix =
          keysValues(keys.get(own - 1), values.get(own - 1), batch.prefix());
      AttentionMath.KeysValues ofOwn = keysValues(keys.get(own), values.get(own), batch.own());
      mixed[own - 1] =
          math.attend(
              queries.get(own - 1),
              batch.prefix(),
              ofPrefix,
              batch.prefixSight().own(layer),
              Optional.empty(),
              Optional.empty());
      mixed[own] =
          math.attend(
              queries.get(own),
              batch.own(),
              ofOwn,
              batch.ownSight().own(layer),
              batch.ownSight().prefix(layer),
              Optional.of(ofPrefix));
    }
    return graph.concat(0, "N", mixed);
  }

  private AttentionMath.KeysValues keysValues(Tensor k, Tensor v, AttentionMath.Rows rows) {
    return new AttentionMath.KeysValues(math.heads(k, rows), math.heads(v, rows));
  }
}
