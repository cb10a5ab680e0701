package dev.tuneworthy.decision;

/**
 * Work of a local model, in the quantities that its time depends on.
 *
 * @param passes runs through the model, each of which reads all weights once
 * @param rows tokens that go through the blocks
 * @param attended pairs of a row and a token that it sees
 * @param heads rows of which the whole vocabulary is weighed
 * @param text tokens that the template and the tokenizer make of messages
 */
record Work(double passes, double rows, double attended, double heads, double text) {
  static final Work NONE = new Work(0, 0, 0, 0, 0);

  /** Questions that are put at once; see {@code QuestionRunner}. */
  private static final double SLICE = 32;

  /** Rows of a pass that scores choices, and those of which the vocabulary is weighed. */
  private static final double MOST_ROWS = 640;

  private static final double MOST_HEADS = 128;

  /** Tokens of a prefix that one pass reads. */
  private static final double CHUNK = 512;

  /**
   * A question as the model reads it.
   *
   * @param prefix tokens that all questions start with
   * @param own further tokens of this one
   */
  record Length(double prefix, double own) {
    double all() {
      return prefix + own;
    }
  }

  /** Reading what all questions of a trial start with. */
  static Work prefix(double tokens) {
    return new Work(Math.ceil(tokens / CHUNK), tokens, tokens * tokens / 2, 0, 0);
  }

  /**
   * Choosing by likelihood, prefix not included.
   *
   * @param nodes tokens of all choices of a question
   */
  static Work choosing(double questions, Length length, double nodes) {
    double rows = length.own() + nodes;
    double together = Math.min(SLICE, Math.min(MOST_ROWS / rows, MOST_HEADS / (nodes + 1)));
    return new Work(
        questions / Math.max(1, Math.min(together, questions)),
        questions * rows,
        questions * rows * (length.prefix() + rows / 2),
        questions * (nodes + 1),
        questions * length.all());
  }

  /** The same one question at a time. */
  static Work choosingSingly(double questions, Length length, double nodes) {
    return choosing(1, length, nodes).times(questions);
  }

  /**
   * Answering freely, prefix not included.
   *
   * @param tokens of an answer
   * @param longest answer of a slice, whose end all the others wait for
   */
  static Work generating(double questions, Length length, double tokens, double longest) {
    double together = Math.max(1, Math.min(SLICE, questions));
    double written = questions * tokens;
    return new Work(
        questions / together * longest,
        questions * length.own() + written,
        questions * length.own() * (length.prefix() + length.own() / 2)
            + written * (length.all() + tokens / 2),
        written,
        questions * length.all());
  }

  /** The same one question at a time. */
  static Work generatingSingly(double questions, Length length, double tokens) {
    return generating(1, length, tokens, tokens).times(questions);
  }

  Work plus(Work other) {
    return new Work(
        passes + other.passes,
        rows + other.rows,
        attended + other.attended,
        heads + other.heads,
        text + other.text);
  }

  Work times(double factor) {
    return new Work(
        factor * passes, factor * rows, factor * attended, factor * heads, factor * text);
  }
}
