package dev.tuneworthy.local;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.Checkpoints;
import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decoder.Adapter;
import dev.tuneworthy.decoder.ChatMessage;
import dev.tuneworthy.decoder.Precision;
import dev.tuneworthy.decoder.TextModel;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.runtime.Device;
import dev.tuneworthy.task.Turn;
import java.nio.file.Path;
import java.util.List;

/**
 * A local model, loaded once and asked by many candidates: as it is, or with an adapter. Owned by
 * whoever opened it; calls are made one at a time.
 */
public final class LocalModel implements AutoCloseable {
  private final ModelRef ref;
  private final TextModel model;
  private final Precision training;

  private LocalModel(ModelRef ref, TextModel model, Precision training) {
    this.ref = ref;
    this.model = model;
    this.training = training;
  }

  /**
   * Opens a GGUF file or a Hugging Face folder, all in float32.
   *
   * @param id short name for records
   */
  public static LocalModel open(String id, Path location, Device device) {
    return open(id, location, device, Precision.FLOAT32, Precision.FLOAT32);
  }

  /**
   * Opens a GGUF file or a Hugging Face folder.
   *
   * @param precision in which it answers
   * @param training in which it is trained on
   */
  public static LocalModel open(
      String id, Path location, Device device, Precision precision, Precision training) {
    LocalModel model = read(id, location, device, precision, training);
    // The file's mapping and what reading passed through are native memory that only a collection
    // gives back, and a heap as small as this one is rarely collected.
    System.gc();
    return model;
  }

  private static LocalModel read(
      String id, Path location, Device device, Precision precision, Precision training) {
    try (Checkpoint checkpoint = Checkpoints.open(location)) {
      ModelRef ref = new ModelRef(id, checkpoint.sha256(), device.provider(), precision.label());
      return new LocalModel(ref, TextModel.load(checkpoint, device, precision), training);
    }
  }

  public ModelRef ref() {
    return ref;
  }

  /** The model below, for training. */
  public TextModel text() {
    return model;
  }

  /** The precision of a training's products with frozen weights. */
  public Precision trainingPrecision() {
    return training;
  }

  /** The base model; closing the answerer leaves the model open. */
  public Answerer base() {
    return new LocalAnswerer(ref, model, Adapter.none(model.config()));
  }

  /**
   * The model with an adapter, shown to change what the model says before anybody asks it; closing
   * the answerer leaves the model open.
   *
   * @param scale 0 is the base model, 1 the adapter as trained
   * @throws ServiceException {@code INERT_ADAPTER} if the logits stay the base model's at a scale
   *     other than 0, {@code BAD_ADAPTER} if the adapter does not fit the model
   */
  public Answerer tuned(PeftAdapter adapter, double scale) {
    Adapter made = Adapter.of(model.config(), adapter, scale);
    try {
      if (scale != 0) {
        model.checkActive(made);
      }
      return new LocalAnswerer(ref, model, made);
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** How many tokens a conversation takes up to where the answer starts. */
  public int promptTokens(List<Turn> messages) {
    return model.chatPrompt(chat(messages)).length();
  }

  /** The same tokens as they are counted where they are asked: cached, and fresh. */
  public TokenUsage promptUsage(List<Turn> messages) {
    return LocalAnswerer.usage(model.chatPrompt(chat(messages)), 0);
  }

  static List<ChatMessage> chat(List<Turn> turns) {
    return turns.stream().map(turn -> new ChatMessage(turn.role(), turn.content())).toList();
  }

  @Override
  public void close() {
    model.close();
  }
}
