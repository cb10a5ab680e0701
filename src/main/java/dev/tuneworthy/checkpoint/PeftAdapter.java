package dev.tuneworthy.checkpoint;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A set of LoRA weights in the form of PEFT, the folder that Hugging Face's library reads and
 * writes. Immutable.
 *
 * @param rank R of the modules that have none of their own
 * @param alpha numerator of the scale of the modules that have none of their own
 * @param dropout used in training only; 0 to below 1
 * @param rsLora whether a module's scale is alpha / √R and not alpha / R (arXiv 2312.03732)
 * @param targetModules last names of the adapted layers ({@code q_proj}), in order
 * @param baseModel name of the model that this was trained on
 * @param modules path of each adapted layer ({@code model.layers.0.self_attn.q_proj}) and its
 *     weights
 */
public record PeftAdapter(
    int rank,
    double alpha,
    double dropout,
    boolean rsLora,
    List<String> targetModules,
    String baseModel,
    SortedMap<String, LoraWeights> modules) {
  public static final String CONFIG_FILE = "adapter_config.json";
  public static final String WEIGHTS_FILE = "adapter_model.safetensors";
  static final String PREFIX = "base_model.model.";
  static final String A_SUFFIX = ".lora_A.weight";
  static final String B_SUFFIX = ".lora_B.weight";

  public PeftAdapter {
    if (rank < 1) {
      throw new IllegalArgumentException("rank " + rank + " is not positive");
    }
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException("alpha " + alpha + " is not a number");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout " + dropout + " is not from 0 to below 1");
    }
    if (modules.isEmpty()) {
      throw new IllegalArgumentException("an adapter adapts at least one module");
    }
    targetModules = targetModules.stream().distinct().sorted().toList();
    modules = Collections.unmodifiableSortedMap(new TreeMap<>(modules));
  }

  /** What the product of a module's B and A is multiplied by. */
  public double scale(String module) {
    LoraWeights weights = modules.get(module);
    if (weights == null) {
      throw new IllegalArgumentException("the adapter does not adapt " + module);
    }
    return weights.alpha() / (rsLora ? Math.sqrt(weights.rank()) : weights.rank());
  }

  /**
   * The same adapter dialled to a share of what it does: its scales times a factor. 0 leaves the
   * base model, 1 the adapter as it is.
   *
   * @param factor finite and not negative
   */
  public PeftAdapter dialled(double factor) {
    if (!(factor >= 0) || !Double.isFinite(factor)) {
      throw new IllegalArgumentException("a dial stands at 0 or more, not " + factor);
    }
    SortedMap<String, LoraWeights> scaled = new TreeMap<>();
    modules.forEach(
        (path, w) ->
            scaled.put(
                path,
                LoraWeights.copyOf(w.rank(), w.in(), w.out(), w.alpha() * factor, w.a(), w.b())));
    return new PeftAdapter(rank, alpha * factor, dropout, rsLora, targetModules, baseModel, scaled);
  }

  /** PEFT's names of the two tensors of a module. */
  public static String keyOfA(String module) {
    return PREFIX + module + A_SUFFIX;
  }

  /** See {@link #keyOfA}. */
  public static String keyOfB(String module) {
    return PREFIX + module + B_SUFFIX;
  }

  /**
   * Reads a PEFT folder.
   *
   * @throws ServiceException {@link ErrorCode#FILE_NOT_FOUND}, or {@link ErrorCode#BAD_ADAPTER} for
   *     a broken folder and for what is not supported (DoRA, biases, saved modules, pickle files),
   *     by name
   */
  public static PeftAdapter read(Path folder) {
    return new PeftFolder(folder).read();
  }

  /**
   * Writes the folder; the same adapter gives the same bytes. Until it is whole, no reader takes
   * the folder for an adapter, and other files in it stay.
   *
   * @throws ServiceException {@link ErrorCode#DISK}
   */
  public void write(Path folder) {
    new PeftFolder(folder).write(this);
  }

  /**
   * SHA-256 in lower-case hexadecimal of what the adapter computes: weights and scales, whatever
   * the names of the base model and of the files.
   */
  public String sha256() {
    MessageDigest digest = FileDigests.newSha256();
    modules.forEach(
        (module, weights) ->
            digest.update((module + " " + scale(module) + "\n").getBytes(StandardCharsets.UTF_8)));
    try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      weightsFile().writeTo(sink);
    } catch (IOException e) {
      throw new IllegalStateException("nothing is written", e);
    }
    return FileDigests.hex(digest);
  }

  SafetensorsWriter weightsFile() {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, LoraWeights> entry : modules.entrySet()) {
      LoraWeights w = entry.getValue();
      writer.add(keyOfA(entry.getKey()), w.a(), w.rank(), w.in());
      writer.add(keyOfB(entry.getKey()), w.b(), w.out(), w.rank());
    }
    return writer;
  }
}
