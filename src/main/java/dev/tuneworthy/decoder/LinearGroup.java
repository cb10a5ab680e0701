package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.ModelConfig;
import java.util.List;

/**
 * Linear layers of a block that are given the same rows. Their weights lie one after the other in
 * one matrix [O, I], so that one product serves them all.
 */
enum LinearGroup {
  ATTENTION("self_attn.qkv", LinearLayer.QUERY, LinearLayer.KEY, LinearLayer.VALUE),
  ATTENTION_OUTPUT("self_attn.o", LinearLayer.OUTPUT),
  FEED_FORWARD("mlp.gate_up", LinearLayer.GATE, LinearLayer.UP),
  FEED_FORWARD_OUTPUT("mlp.down", LinearLayer.DOWN);

  private static final String STACKED = "stacked.";

  private final String path;
  private final List<LinearLayer> members;

  LinearGroup(String path, LinearLayer... members) {
    this.path = path;
    this.members = List.of(members);
  }

  /** In the order of their rows. */
  List<LinearLayer> members() {
    return members;
  }

  /** Name of the matrix. */
  String weight(int layer) {
    return STACKED + layer + "." + path;
  }

  /** Whether a matrix is the one of this group in some layer. */
  boolean holds(String weight) {
    return weight.startsWith(STACKED) && weight.endsWith("." + path);
  }

  /** Name of the graph input for all A, one below the other, [R', I]. */
  String loraA(int layer) {
    return weight(layer) + ".lora_A";
  }

  /** Name of the graph input for all B, each beside its own A, [O, R']. */
  String loraB(int layer) {
    return weight(layer) + ".lora_B";
  }

  int inputWidth(ModelConfig config) {
    return members.get(0).inputWidth(config);
  }

  int outputWidth(ModelConfig config) {
    return members.stream().mapToInt(member -> member.outputWidth(config)).sum();
  }
}
