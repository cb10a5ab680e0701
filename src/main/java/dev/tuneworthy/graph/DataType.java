package dev.tuneworthy.graph;

/** Element type of a tensor. */
public enum DataType {
  FLOAT32,
  INT64
}
