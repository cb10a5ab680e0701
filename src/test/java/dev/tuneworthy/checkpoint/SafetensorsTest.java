package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() throws IOException {
    Path file = folder.resolve("x.safetensors");
    new SafetensorsWriter()
        .add("second", FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6}), 2, 3)
        .add("first", FloatBuffer.wrap(new float[] {-0f, Float.MIN_VALUE}), 2)
        .write(file);

    try (MappedFile mapped = MappedFile.open(file)) {
      SafetensorsFile read = SafetensorsFile.read(mapped, ErrorCode.BAD_CHECKPOINT);
      assertThat(read.tensors()).containsOnlyKeys("first", "second");
      FloatBuffer values = FloatBuffer.allocate(6);
      read.tensors().get("second").readInto(values);
      assertThat(values.array()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(read.tensors().get("second").shape()).containsExactly(2L, 3L);
    }
  }

  @Test
  void writesTheSameBytesWhateverTheOrderAndStartsTheDataOnEightBytes() throws IOException {
    FloatBuffer one = FloatBuffer.wrap(new float[] {1});
    FloatBuffer two = FloatBuffer.wrap(new float[] {2, 3});
    new SafetensorsWriter().add("a", one, 1).add("b", two, 2).write(folder.resolve("ab"));
    new SafetensorsWriter().add("b", two, 2).add("a", one, 1).write(folder.resolve("ba"));

    byte[] bytes = Files.readAllBytes(folder.resolve("ab"));
    assertThat(bytes).isEqualTo(Files.readAllBytes(folder.resolve("ba")));
    assertThat((bytes.length - 12) % 8).isZero();
    assertThat(new String(bytes, 8, bytes.length - 20, StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}");
  }

  @Test
  void refusesToWriteAShapeThatDoesNotFitOrANameTwice() {
    SafetensorsWriter writer = new SafetensorsWriter().add("a", FloatBuffer.allocate(2), 2);

    assertThatThrownBy(() -> writer.add("b", FloatBuffer.allocate(2), 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.add("a", FloatBuffer.allocate(2), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "begin; {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
        "begin;"
            + " {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
        "truncated; {'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}",
        "data; {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
        "data_offsets; {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}",
        "data_offsets; {'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}",
        "data_offsets; {'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}",
        "data_offsets; {'a':{'dtype':'F32','shape':[2]}}",
        "data_offsets; {'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}}",
        "shape; {'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}",
        "shape; {'a':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}}",
        "shape; {'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}}",
        "shape; {'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}}",
        "shape; {'a':{'dtype':'F32','shape':'2','data_offsets':[0,8]}}",
        "JSON; {'a':",
        "JSON; {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'a':{}}",
        "object; [1,2]",
      })
  void saysWhatIsWrongWithAHeader(String named, String header) throws IOException {
    Path file = write(header.replace('\'', '"'), 8);

    assertFails(file, ErrorCode.BAD_CHECKPOINT, named);
  }

  @Test
  void refusesOtherElementTypesByName() throws IOException {
    Path file = write("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}", 8);

    assertFails(file, ErrorCode.UNSUPPORTED_CHECKPOINT, "F8_E4M3");
  }

  @Test
  void reportsAFileThatIsCutAnywhere() throws IOException {
    Path whole = folder.resolve("whole");
    new SafetensorsWriter().add("a", FloatBuffer.allocate(8), 8).write(whole);
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length < bytes.length; length++) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, length));
      assertFails(cut, ErrorCode.BAD_CHECKPOINT, "cut");
    }
  }

  @Test
  void refusesAHeaderLongerThanTheFileOrTheBound() throws IOException {
    for (long length : new long[] {-1, 0, 9, 1L << 40, Long.MAX_VALUE}) {
      Path file = folder.resolve("long");
      Files.write(
          file,
          GgufBytes.little(16)
              .putLong(length)
              .put("{}      ".getBytes(StandardCharsets.UTF_8))
              .array());
      assertFails(file, ErrorCode.BAD_CHECKPOINT, "header length");
    }
  }

  private Path write(String header, int data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] all = GgufBytes.little(8 + json.length + data).putLong(json.length).put(json).array();
    return Files.write(folder.resolve("x.safetensors"), all);
  }

  private static void assertFails(Path file, ErrorCode code, String named) {
    try (MappedFile mapped = MappedFile.open(file)) {
      assertThatThrownBy(() -> SafetensorsFile.read(mapped, ErrorCode.BAD_CHECKPOINT))
          .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(code))
          .hasMessageContaining(named);
    }
  }
}
