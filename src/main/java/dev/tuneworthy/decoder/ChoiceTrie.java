package dev.tuneworthy.decoder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The token sequences of a closed set of answers as a tree, so that a start which several answers
 * share is computed once. Node 0 is the end of the prompt; every other node is a token.
 */
final class ChoiceTrie {
  private final List<Integer> tokens = new ArrayList<>(List.of(-1));
  private final List<Integer> parents = new ArrayList<>(List.of(-1));
  private final List<Integer> depths = new ArrayList<>(List.of(0));
  private final List<Map<Integer, Integer>> children = new ArrayList<>();
  private final List<List<Integer>> paths = new ArrayList<>();

  ChoiceTrie(List<int[]> choices) {
    children.add(new LinkedHashMap<>());
    for (int[] choice : choices) {
      if (choice.length == 0) {
        throw new IllegalArgumentException("a choice has no tokens");
      }
      List<Integer> path = new ArrayList<>();
      int node = 0;
      for (int token : choice) {
        node = child(node, token);
        path.add(node);
      }
      paths.add(List.copyOf(path));
    }
  }

  private int child(int parent, int token) {
    Integer known = children.get(parent).get(token);
    if (known != null) {
      return known;
    }
    int node = tokens.size();
    tokens.add(token);
    parents.add(parent);
    depths.add(depths.get(parent) + 1);
    children.add(new LinkedHashMap<>());
    children.get(parent).put(token, node);
    return node;
  }

  int size() {
    return tokens.size();
  }

  int token(int node) {
    return tokens.get(node);
  }

  int parent(int node) {
    return parents.get(node);
  }

  int depth(int node) {
    return depths.get(node);
  }

  /** Whether something follows the node, so that its row must be computed. */
  boolean inner(int node) {
    return !children.get(node).isEmpty();
  }

  /** The nodes of a choice, first token first. */
  List<Integer> path(int choice) {
    return paths.get(choice);
  }

  int choices() {
    return paths.size();
  }

  int deepest() {
    return depths.stream().mapToInt(Integer::intValue).max().orElse(0);
  }
}
