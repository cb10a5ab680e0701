package dev.tuneworthy.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.graph.Graph;
import dev.tuneworthy.graph.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A graph ready to run. Its weights are the caller's {@link Weights}, shared with other sessions,
 * and must outlive it. Owned by whoever made it; any thread may call, runs are made one at a time.
 */
public final class OnnxSession implements AutoCloseable {
  /** A setting: use weights as they are given, without a copy packed for speed. */
  public static final Map<String, String> WEIGHTS_AS_THEY_ARE =
      Map.of("session.disable_prepacking", "1");

  private final OrtSession session;
  private final OrtSession.SessionOptions options;
  private final Map<String, String> outputNames = new LinkedHashMap<>();

  private record Made(OrtSession session, OrtSession.SessionOptions options) {}

  /**
   * Makes a session.
   *
   * @param settings further ONNX Runtime configuration entries
   */
  public OnnxSession(Graph graph, Weights weights, Device device, Map<String, String> settings) {
    this(graph, weights, device, settings, weight -> false);
  }

  /**
   * Makes a session.
   *
   * @param settings further ONNX Runtime configuration entries
   * @param asTheyAre the weights, by name, of which ONNX Runtime is to make no packed copy
   */
  public OnnxSession(
      Graph graph,
      Weights weights,
      Device device,
      Map<String, String> settings,
      Predicate<String> asTheyAre) {
    graph.outputs().forEach((name, tensor) -> outputNames.put(name, tensor.name()));
    Made made =
        EngineThread.call(
            "a session could not be made",
            () -> make(OnnxWriter.write(graph, asTheyAre), weights, device, settings));
    session = made.session();
    options = made.options();
  }

  private static Made make(
      OnnxWriter.Model model, Weights weights, Device device, Map<String, String> settings)
      throws OrtException {
    OrtSession.SessionOptions options = device.options();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      options.addConfigEntry(setting.getKey(), setting.getValue());
    }
    for (String name : model.weights()) {
      options.addInitializer(name, weights.get(name).tensor());
    }
    return new Made(opened(model, options), options);
  }

  /**
   * ONNX Runtime shares tensors that it is given for weights with their owner, but only where the
   * model says that they are in a file that exists. So it gets an empty one, which it has no reason
   * to read, and would fail to: given as external data instead, each weight is copied.
   */
  private static OrtSession opened(OnnxWriter.Model model, OrtSession.SessionOptions options)
      throws OrtException {
    try {
      Path folder = Files.createTempDirectory("tuneworthy");
      Path file = folder.resolve("graph.onnx");
      Path absent = folder.resolve(OnnxWriter.GIVEN_TO_THE_SESSION);
      try {
        Files.createFile(absent);
        write(model.protobuf().duplicate(), file);
        return Device.environment().createSession(file.toString(), options);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(absent);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          "temporary folder "
              + System.getProperty("java.io.tmpdir")
              + ": expected room for a file of "
              + model.protobuf().capacity() / 1024
              + " kB, found "
              + e
              + ". Check space and permissions, or name another folder by"
              + " TUNEWORTHY_JAVA_OPTS=-Djava.io.tmpdir=FOLDER.",
          e);
    }
  }

  private static void write(ByteBuffer content, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
    }
  }

  /**
   * Runs the graph.
   *
   * @param feeds a tensor for each input of the graph; they stay the caller's
   * @param wanted names of the outputs to return
   * @return the wanted outputs; the caller closes them
   */
  public Map<String, NativeTensor> run(Map<String, NativeTensor> feeds, Set<String> wanted) {
    return run(feeds, wanted, Map.of());
  }

  /**
   * Runs the graph and lets it write some outputs into tensors that are there.
   *
   * @param feeds a tensor for each input of the graph; they stay the caller's
   * @param wanted names of the outputs to return
   * @param into tensors for further outputs, by their names; one that is fed too is changed in
   *     place
   * @return the wanted outputs; the caller closes them
   */
  public Map<String, NativeTensor> run(
      Map<String, NativeTensor> feeds, Set<String> wanted, Map<String, NativeTensor> into) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    feeds.forEach((name, tensor) -> inputs.put(name, tensor.tensor()));
    Set<String> requested = new LinkedHashSet<>();
    wanted.forEach(name -> requested.add(outputNames.get(name)));
    Map<String, OnnxTensor> given = new HashMap<>();
    into.forEach((name, tensor) -> given.put(outputNames.get(name), tensor.tensor()));
    // The values are handed over one by one, so the result that would close them all is not closed.
    OrtSession.Result result =
        EngineThread.call("a graph did not run", () -> session.run(inputs, requested, given));
    Map<String, NativeTensor> outputs = new LinkedHashMap<>();
    for (String name : wanted) {
      outputs.put(name, NativeTensor.of(result.get(outputNames.get(name)).orElseThrow()));
    }
    return outputs;
  }

  @Override
  public void close() {
    EngineThread.call(
        "a session could not be closed",
        () -> {
          session.close();
          options.close();
          return true;
        });
  }
}
