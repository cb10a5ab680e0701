package dev.tuneworthy.decoder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.checkpoint.TokenizerSource.GgufVocabulary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A SentencePiece vocabulary (Kudo and Richardson 2018) in the terms of the tokenizers library:
 * spaces become U+2581, what has no token becomes its bytes, and the two neighbours are merged
 * whose whole has the best score. The library ranks pairs, so each token yields a merge for every
 * way to cut it into two others, ranked by its score.
 */
final class SentencePieceRules {
  private static final String SPACE = "\u2581";

  /** One way to make a token; of several the one with the longer left part comes first. */
  private record Merge(String left, String right, double score) {
    static final Comparator<Merge> BEST_FIRST =
        Comparator.comparingDouble((Merge merge) -> -merge.score)
            .thenComparingInt(merge -> -merge.left.length());
  }

  private SentencePieceRules() {}

  /** Fills in normalizer, decoder and merges. */
  static void write(GgufVocabulary source, ObjectNode root, ObjectNode model) {
    if (source.scores().isEmpty()) {
      throw TokenizerJson.bad("tokenizer.ggml.scores", "a score for each token", "none");
    }
    ArrayNode before = sequence(root.putObject("normalizer"), "normalizers");
    if (source.spaceInFront()) {
      before.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    replace(before.addObject(), " ", SPACE);

    ArrayNode after = sequence(root.putObject("decoder"), "decoders");
    replace(after.addObject(), SPACE, " ");
    after.addObject().put("type", "ByteFallback");
    after.addObject().put("type", "Fuse");
    if (source.spaceInFront()) {
      after.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }

    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    for (int id = 0; id < source.tokens().size(); id++) {
      if (source.types().get(id) == TokenizerJson.UNKNOWN) {
        model.put("unk_token", source.tokens().get(id));
      }
    }
    ArrayNode merges = model.putArray("merges");
    merges(source).forEach(merge -> merges.add(merge.left + " " + merge.right));
  }

  /**
   * Whether a token of the vocabulary's own text is looked for after spaces are replaced:
   * SentencePiece takes user-defined tokens out first, and some are runs of spaces. With a space in
   * front that would be put before every such token too, so there they are looked for as they are.
   */
  static boolean matchesSpaces(GgufVocabulary source, int type) {
    return source.model().equals("llama")
        && type == TokenizerJson.USER_DEFINED
        && !source.spaceInFront();
  }

  private static List<Merge> merges(GgufVocabulary source) {
    Map<String, Double> scores = new HashMap<>();
    for (int id = 0; id < source.tokens().size(); id++) {
      if (source.types().get(id) == TokenizerJson.NORMAL) {
        scores.put(source.tokens().get(id), source.scores().get(id));
      }
    }
    List<Merge> merges = new ArrayList<>();
    scores.forEach(
        (token, score) -> {
          refuseSpace(token);
          for (int cut = token.offsetByCodePoints(0, 1);
              cut < token.length();
              cut = token.offsetByCodePoints(cut, 1)) {
            String left = token.substring(0, cut);
            String right = token.substring(cut);
            if (scores.containsKey(left) && scores.containsKey(right)) {
              merges.add(new Merge(left, right, score));
            }
          }
        });
    merges.sort(Merge.BEST_FIRST.thenComparing(Merge::left).thenComparing(Merge::right));
    return merges;
  }

  private static void refuseSpace(String token) {
    if (token.isEmpty() || token.indexOf(' ') >= 0) {
      throw TokenizerJson.bad(
          "tokenizer.ggml.tokens", "tokens whose spaces are U+2581", "'" + token + "'");
    }
  }

  private static ArrayNode sequence(ObjectNode node, String name) {
    return node.put("type", "Sequence").putArray(name);
  }

  private static void replace(ObjectNode node, String from, String to) {
    node.put("type", "Replace").putObject("pattern").put("String", from);
    node.put("content", to);
  }
}
