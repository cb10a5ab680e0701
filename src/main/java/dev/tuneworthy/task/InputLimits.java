package dev.tuneworthy.task;

/** Bounds on what is read from files and requests; whatever exceeds one is refused by name. */
public final class InputLimits {
  /** Bytes of a file of examples or items. */
  public static final long FILE_BYTES = 64L << 20;

  /** Bytes of a YAML file. */
  public static final long YAML_BYTES = 1L << 20;

  /** Lines of a file, or examples of an inline task. */
  public static final int LINES = 200_000;

  /** Bytes of a line and characters of a field. */
  public static final int FIELD = 100_000;

  /** Choices of a closed task. */
  public static final int CHOICES = 500;

  /** Wordings of an instruction beside the first: each is searched with prompts of its own. */
  public static final int OTHER_INSTRUCTIONS = 7;

  /** Characters of such a wording. */
  public static final int INSTRUCTION = 10_000;

  /** Characters of a name or an id. */
  public static final int NAME = 200;

  /** Depth of nested values. */
  static final int NESTING = 20;

  private InputLimits() {}
}
