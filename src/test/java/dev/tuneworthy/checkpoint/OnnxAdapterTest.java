package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxAdapterTest {
  private static final String A = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";

  @TempDir Path folder;

  private final OnnxAdapter adapter =
      new OnnxAdapter(
          3,
          7,
          List.of(
              parameter("lora_scale", List.of(1L), 0.5f),
              parameter(A, List.of(2L, 3L), 1, 2, 3, 4, 5, -6)));

  @Test
  void readsBackWhatItWrote() {
    Path file = folder.resolve("new/my.onnx_adapter");
    adapter.write(file);

    OnnxAdapter read = OnnxAdapter.read(file);

    assertThat(read.adapterVersion()).isEqualTo(3);
    assertThat(read.modelVersion()).isEqualTo(7);
    assertThat(read.parameters())
        .extracting(OnnxAdapter.Parameter::name)
        .containsExactly(A, "lora_scale");
    assertThat(read.parameters().get(0).shape()).containsExactly(2L, 3L);
    assertThat(read.parameters().get(0).values())
        .isEqualTo(FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, -6}));
    assertThat(read.bytes()).isEqualTo(adapter.bytes());
  }

  @Test
  void startsWithTheIdentifierThatOnnxRuntimeLooksFor() {
    assertThat(new String(adapter.bytes(), 4, 4, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("TORT");
  }

  /** FlatBuffers wants 8-byte elements, and this schema its data, on multiples of eight. */
  @Test
  void alignsDimensionsAndData() {
    byte[] bytes = adapter.bytes();
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 24 <= bytes.length; at += 4) {
      boolean dataOfA = in.getFloat(at) == 1 && in.getFloat(at + 4) == 2 && in.getInt(at - 4) == 24;
      if (at >= 4 && dataOfA) {
        assertThat(at % 8).isZero();
        return;
      }
    }
    throw new AssertionError("the data of A are not in the file");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole = adapter.bytes();
    Path file = folder.resolve("cut.onnx_adapter");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> OnnxAdapter.read(file))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_ADAPTER));
    }
  }

  /** Damage gives other values or an error that names the file, never another exception. */
  @Test
  void survivesDamagedBytes() throws IOException {
    SplittableRandom random = new SplittableRandom(20_261);
    Path file = folder.resolve("damaged.onnx_adapter");
    int refused = 0;
    for (int run = 0; run < 3_000; run++) {
      byte[] bytes = adapter.bytes();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      try {
        OnnxAdapter.read(file);
      } catch (ServiceException e) {
        assertThat(e).hasMessageContaining("damaged.onnx_adapter");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @Test
  void refusesOtherTypesThanFloat32ByName() throws IOException {
    byte[] bytes = adapter.bytes();
    int second = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(52 + 4) + 56;
    bytes[second + 12] = 10; // float16
    Path file = Files.write(folder.resolve("half.onnx_adapter"), bytes);

    assertThatThrownBy(() -> OnnxAdapter.read(file)).hasMessageContaining("data_type 10");
  }

  @Test
  void refusesWhatIsNoAdapterFile() throws IOException {
    Path file = Files.writeString(folder.resolve("text.onnx_adapter"), "hello, this is text");

    assertThatThrownBy(() -> OnnxAdapter.read(file)).hasMessageContaining("identifier TORT");
    assertThatThrownBy(() -> OnnxAdapter.read(folder.resolve("none.onnx_adapter")))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
  }

  @Test
  void refusesTwoParametersOfOneName() {
    OnnxAdapter.Parameter one = parameter("x", List.of(1L), 1);
    assertThatThrownBy(() -> new OnnxAdapter(1, 1, List.of(one, one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two parameters named x");
  }

  private static OnnxAdapter.Parameter parameter(String name, List<Long> shape, float... values) {
    return OnnxAdapter.Parameter.copyOf(name, shape, FloatBuffer.wrap(values));
  }
}
