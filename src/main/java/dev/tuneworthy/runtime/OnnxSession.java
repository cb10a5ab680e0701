package dev.tuneworthy.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.graph.Graph;
import dev.tuneworthy.graph.onnx.OnnxWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A graph ready to run. Its weights are the caller's {@link Weights}, shared with other sessions,
 * and must outlive it. Owned by whoever made it; runs are made one at a time.
 */
public final class OnnxSession implements AutoCloseable {
  private final OrtSession session;
  private final OrtSession.SessionOptions options;
  private final Map<String, String> outputNames = new LinkedHashMap<>();

  /**
   * Makes a session.
   *
   * @param settings further ONNX Runtime configuration entries
   */
  public OnnxSession(Graph graph, Weights weights, Device device, Map<String, String> settings) {
    graph.outputs().forEach((name, tensor) -> outputNames.put(name, tensor.name()));
    try {
      options = device.options();
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        options.addConfigEntry(setting.getKey(), setting.getValue());
      }
      OnnxWriter.Model model = OnnxWriter.write(graph);
      Map<String, OnnxTensorLike> bound = new HashMap<>();
      model.weights().forEach(name -> bound.put(name, weights.get(name).tensor()));
      options.addExternalInitializers(bound);
      session = Device.environment().createSession(model.protobuf(), options);
    } catch (OrtException e) {
      throw internal("a session could not be made", e);
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
    Map<String, OnnxTensor> inputs = new HashMap<>();
    feeds.forEach((name, tensor) -> inputs.put(name, tensor.tensor()));
    Set<String> requested = new LinkedHashSet<>();
    wanted.forEach(name -> requested.add(outputNames.get(name)));
    try {
      // The values are handed over one by one, so the result that would close them all is not
      // closed.
      @SuppressWarnings("resource")
      OrtSession.Result result = session.run(inputs, requested);
      Map<String, NativeTensor> outputs = new LinkedHashMap<>();
      for (String name : wanted) {
        OnnxValue value = result.get(outputNames.get(name)).orElseThrow();
        outputs.put(name, NativeTensor.of(value));
      }
      return outputs;
    } catch (OrtException e) {
      throw internal("a graph did not run", e);
    }
  }

  static ServiceException internal(String what, OrtException e) {
    return new ServiceException(
        ErrorCode.INTERNAL, "ONNX Runtime: " + what + ": " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      session.close();
      options.close();
    } catch (OrtException e) {
      throw internal("a session could not be closed", e);
    }
  }
}
