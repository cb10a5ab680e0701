package dev.tuneworthy.graph;

import java.util.List;
import java.util.OptionalInt;

/**
 * The operators that a decoder and its gradient need, each with its formula. Inputs and outputs are
 * named in the order in which a {@link Node} holds them. Broadcasting follows NumPy.
 */
public sealed interface Op {
  /** a, b → alpha · a' b' with a' = aᵀ (last two axes) where {@code transposeA}, b' likewise. */
  record MatMul(boolean transposeA, boolean transposeB, double alpha) implements Op {}

  /**
   * a [N, K], b [M, K], c [N, M] → a bᵀ + c: a product added onto a matrix without a further pass.
   */
  record MatMulAdd() implements Op {}

  /**
   * x [N, I], w [I, O] (int8), scale [O], and, where a gradient is to be had, back [O, I] (int8),
   * backScale [I], the same weights the other way round → q(x) w · scale. q rounds each row of x to
   * 255 steps of its largest magnitude, so that what else is in a batch changes no row. The
   * gradient passes through the rounding and is rounded in the same way (Wortsman et al. 2023).
   */
  record MatMulInt8() implements Op {}

  /**
   * x [N, I], w [O, I / block, block · bits / 8] (packed, uint8), scale [O · I / block] → x times
   * the transpose of (w − 2^(bits − 1)) · scale, with x rounded to 8 bits in blocks of a row.
   */
  record MatMulBlocks(int bits, int block) implements Op {}

  /** x [N, I] → sums of {@code block} neighbours [N, I / block]. */
  record SumBlocks(int block) implements Op {}

  /** a, b → a + b. */
  record Add() implements Op {}

  /** a, b → a − b. */
  record Subtract() implements Op {}

  /** a, b → a · b, element by element. */
  record Multiply() implements Op {}

  /** x → −x. */
  record Negate() implements Op {}

  /** x → eˣ. */
  record Exp() implements Op {}

  /** x → 1 / (1 + e⁻ˣ). */
  record Sigmoid() implements Op {}

  /** x → x / (1 + e⁻ˣ). */
  record Silu() implements Op {}

  /**
   * x → x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³))), the tanh approximation of GELU (Hendrycks and
   * Gimpel 2016).
   */
  record GeluTanh() implements Op {}

  /** x → softmax over the last axis. */
  record Softmax() implements Op {}

  /** x → logarithm of the softmax over the last axis. */
  record LogSoftmax() implements Op {}

  /**
   * x [..., D], w [D] → y = x · r · w and r [..., 1] with r = 1 / √(mean(x²) + epsilon) (Zhang and
   * Sennrich 2019).
   */
  record RmsNorm(double epsilon) implements Op {}

  /**
   * x [1, N, heads · d], positions [1, N], cos [C, d/2], sin [C, d/2], minusSin [C, d/2] → each
   * head's halves (a, b) turned to (a cos − b sin, b cos + a sin) by the angle of its row's
   * position (Su et al. 2021); minusSin is what the gradient turns back with.
   */
  record Rotary(int heads) implements Op {}

  /**
   * The next S tokens of B sequences, where S or B is 1: q [B, S, heads · d], k and v [B, S,
   * keyValueHeads · d], or one tensor with all three side by side; keys and values [B,
   * keyValueHeads, C, d] with room for C tokens; before [B] (int32, tokens of each sequence before
   * its last one), longest [1] (int32, tokens of the longest); and, where queries and keys are to
   * be turned as by {@link Rotary}, cos and sin [·, d/2] → the values that each query sees mixed by
   * the softmax of scale · q kᵀ, [B, S, heads · d], and keys and values with the new ones in their
   * place (Ainslie et al. 2023).
   *
   * @param window how many tokens a query sees, its own among them; empty for all
   * @param projections 3, or 1 where they are side by side
   */
  record GroupedAttention(
      int heads, int keyValueHeads, double scale, OptionalInt window, int projections)
      implements Op {
    /** Whether its node has the tables to turn with. */
    public boolean turns(int inputs) {
      return inputs > projections + 4;
    }
  }

  /** x, shape [k] (int64) → x with that shape. */
  record Reshape() implements Op {}

  /** x → x with its axes in the order {@code permutation}. */
  record Transpose(List<Integer> permutation) implements Op {
    public Transpose {
      permutation = List.copyOf(permutation);
    }
  }

  /** a, b, ... → joined along {@code axis}. */
  record Concat(int axis) implements Op {}

  /** x, sizes [k] (int64) → k parts along {@code axis}. */
  record Split(int axis) implements Op {}

  /** x [R, ...], rows [M] (int64) → the rows [M, ...]. */
  record GatherRows() implements Op {}

  /**
   * x [R, D] (uint8), rows [M] (int64), scale [R, D / block] → the rows of (x − 128) · scale, [M,
   * D].
   */
  record GatherBlocks(int block) implements Op {}

  /** x, at [M] (int64) → the slices of x at those places along {@code axis}. */
  record Gather(int axis) implements Op {}

  /** zeros [R, D], rows [M] (int64, no row twice), values [M, D] → zeros with the values put in. */
  record ScatterRows() implements Op {}

  /** x [M, V], at [K, 2] (int64 pairs of row and column) → the elements [K]. */
  record Pick() implements Op {}

  /** zeros [M, V], at [K, 2] (no pair twice), values [K] → zeros with the values put in. */
  record Place() implements Op {}

  /** x → sum over the axes, kept with size 1 where {@code keep}. */
  record Sum(List<Integer> axes, boolean keep) implements Op {
    public Sum {
      axes = List.copyOf(axes);
    }
  }

  /** x → mean over the last axis, kept with size 1. */
  record MeanLast() implements Op {}

  /** x [M, V] → index of the largest element of each row [M] (int64). */
  record ArgMaxLast() implements Op {}

  /** shape [k] (int64) → zeros of that shape. */
  record Zeros() implements Op {}

  /** x → its shape [k] (int64). */
  record ShapeOf() implements Op {}

  /** x → the length of one axis [1] (int64). */
  record LengthOf(int axis) implements Op {}
}
