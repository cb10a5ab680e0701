package dev.tuneworthy.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import dev.tuneworthy.graph.Graph;
import dev.tuneworthy.graph.onnx.OnnxWriter;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Runs a graph with an adapter file the way ONNX Runtime means it: made active for the run. */
public final class OrtLoraRun {
  private OrtLoraRun() {}

  /**
   * One float32 output.
   *
   * @param adapter the bytes of an {@code .onnx_adapter} file
   * @param feeds every input that the adapter does not stand for
   */
  public static float[] run(
      Graph graph, Weights weights, byte[] adapter, Map<String, NativeTensor> feeds, String wanted)
      throws OrtException {
    OnnxWriter.Model model = OnnxWriter.write(graph);
    Map<String, OnnxTensorLike> bound = new HashMap<>();
    model.weights().forEach(name -> bound.put(name, weights.get(name).tensor()));
    Map<String, OnnxTensor> inputs = new HashMap<>();
    feeds.forEach((name, tensor) -> inputs.put(name, tensor.tensor()));
    String output = graph.outputs().get(wanted).name();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtLoraAdapter active = OrtLoraAdapter.create(adapter);
        OrtSession.RunOptions run = new OrtSession.RunOptions()) {
      options.addExternalInitializers(bound);
      run.addActiveLoraAdapter(active);
      try (OrtSession session = Device.environment().createSession(model.protobuf(), options);
          OrtSession.Result result = session.run(inputs, Set.of(output), run)) {
        FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
      }
    }
  }
}
