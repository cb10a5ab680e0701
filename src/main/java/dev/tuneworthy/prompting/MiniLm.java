package dev.tuneworthy.prompting;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.tuneworthy.decoder.Tokenizer;
import dev.tuneworthy.runtime.Device;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sentence vectors of all-MiniLM-L6-v2 (384 numbers, length 1), which LangChain4j brings in its
 * jar; on the CPU. The model is loaded when the first text is embedded and stays, which takes about
 * 270 MB of memory; the vectors of the last {@value #KEPT} texts stay too. Safe for use by several
 * threads.
 */
final class MiniLm {
  static final int DIMENSIONS = 384;
  private static final int KEPT = 8_192;

  /** Characters that count: its 256 tokens hold no more of ordinary text. */
  private static final int LONGEST = 2_000;

  private static final Map<String, float[]> VECTORS =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
          return size() > KEPT;
        }
      };

  private MiniLm() {}

  /** Loaded with the class, which is when the first text is embedded, on the engine's thread. */
  private static final class Model {
    static final EmbeddingModel MODEL = new AllMiniLmL6V2EmbeddingModel(Runnable::run);
  }

  /** The vector of a text [384]; a text without words has that of nothing, all zeros. */
  static float[] embed(String text) {
    String start = text.substring(0, Math.min(LONGEST, text.length())).strip();
    if (start.isEmpty()) {
      return new float[DIMENSIONS];
    }
    synchronized (VECTORS) {
      return VECTORS.computeIfAbsent(start, MiniLm::computed).clone();
    }
  }

  private static float[] computed(String text) {
    Tokenizer.keepLibraryToItself();
    return Device.onEngineThread(
        "all-MiniLM-L6-v2 could not embed a text",
        () -> Model.MODEL.embed(text).content().vector());
  }
}
