package dev.tuneworthy.graph;

/** Element type of a tensor. */
public enum DataType {
  FLOAT32(4),
  INT64(8),
  INT32(4),
  INT8(1),
  UINT8(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of an element. */
  public int bytes() {
    return bytes;
  }
}
