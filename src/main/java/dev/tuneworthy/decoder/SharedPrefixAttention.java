package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.graph.DataType;
import dev.tuneworthy.graph.GraphBuilder;
import dev.tuneworthy.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Attention where the prefix that a batch shares is among the rows and so takes part in the
 * gradient: the prefix attends to itself once, every sequence attends to the one prefix and to
 * itself. Gradients flow back into the prefix summed over the batch, as if each sequence had
 * carried its own copy.
 */
final class SharedPrefixAttention {
  private final GraphBuilder graph;
  private final Rotation rotation;
  private final AttentionMath math;
  private final AttentionMath.Rows prefixRows;
  private final AttentionMath.Rows ownRows;
  private final Sight prefixSight;
  private final Sight ownSight;
  private final Tensor cut;

  SharedPrefixAttention(GraphBuilder graph, ModelConfig config) {
    this.graph = graph;
    rotation = new Rotation(graph, config);
    math = new AttentionMath(graph, config);
    Tensor batch = graph.input(DecoderGraph.BATCH, DataType.INT64, 1);
    Tensor own = graph.input(DecoderGraph.OWN, DataType.INT64, 1);
    Tensor prefix = graph.input(DecoderGraph.PREFIX, DataType.INT64, 1);
    prefixRows = new AttentionMath.Rows(graph.integers(1), prefix, "Np", "p");
    ownRows = new AttentionMath.Rows(batch, own, "BS", "");
    prefixSight = Sight.ofPrefix(graph, config, "Sp");
    ownSight = Sight.ofOwnRows(graph, config, "S", "Sp");
    cut = graph.joinIntegers(prefix, graph.multiply(batch, own));
  }

  Tensor attend(int layer, List<Tensor> projected) {
    List<Tensor> turned = rotation.turned(layer, projected);
    List<Tensor> queries = graph.split(turned.get(0), 0, cut, "Np", "BS");
    List<Tensor> keys = graph.split(turned.get(1), 0, cut, "Np", "BS");
    List<Tensor> values = graph.split(turned.get(2), 0, cut, "Np", "BS");
    AttentionMath.KeysValues prefix = keysValues(keys.get(0), values.get(0), prefixRows);
    AttentionMath.KeysValues own = keysValues(keys.get(1), values.get(1), ownRows);
    Tensor ofPrefix =
        math.attend(
            queries.get(0),
            prefixRows,
            prefix,
            prefixSight.own(layer),
            Optional.empty(),
            Optional.empty());
    Tensor ofOwn =
        math.attend(
            queries.get(1),
            ownRows,
            own,
            ownSight.own(layer),
            ownSight.prefix(layer),
            Optional.of(prefix));
    return graph.concat(0, "N", ofPrefix, ofOwn);
  }

  private AttentionMath.KeysValues keysValues(Tensor k, Tensor v, AttentionMath.Rows rows) {
    return new AttentionMath.KeysValues(math.heads(k, rows), math.heads(v, rows));
  }
}
