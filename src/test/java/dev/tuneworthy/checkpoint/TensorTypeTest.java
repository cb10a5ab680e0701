package dev.tuneworthy.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TensorTypeTest {
  /** Values from IEEE 754-2019, binary16: table of examples of its limits. */
  @Test
  void readsHalfPrecisionWithItsSubnormalsAndInfinities() {
    assertThat(half(0x3c00)).isEqualTo(1f);
    assertThat(half(0xc000)).isEqualTo(-2f);
    assertThat(half(0x7bff)).isEqualTo(65504f);
    assertThat(half(0x0400)).isEqualTo(0x1p-14f);
    assertThat(half(0x0001)).isEqualTo(0x1p-24f);
    assertThat(half(0x83ff)).isEqualTo(-1023 * 0x1p-24f);
    assertThat(half(0x3555)).isEqualTo(0.33325195f);
    assertThat(half(0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(half(0x7e00)).isNaN();
    assertThat(Float.floatToRawIntBits(half(0x8000))).isEqualTo(0x80000000);
  }

  @Test
  void readsBfloat16AsTheUpperHalfOfAFloat() {
    float[] out = new float[2];
    TensorType.BF16.expand(new byte[] {(byte) 0x80, 0x3f, (byte) 0xff, (byte) 0xc0}, 2, out);

    assertThat(out[0]).isEqualTo(1f);
    assertThat(Float.floatToRawIntBits(out[1])).isEqualTo(0xc0ff0000);
  }

  @Test
  void putsTheLowHalvesOfABlockBeforeTheHighOnes() {
    byte[] block = new byte[20];
    block[1] = 0x3c; // scale 1
    block[3] = 0x40; // minimum 2
    block[4] = (byte) 0xf1;
    float[] out = new float[32];

    TensorType.Q4_1.expand(block, 32, out);

    assertThat(out[0]).isEqualTo(3f);
    assertThat(out[16]).isEqualTo(17f);
    assertThat(out[1]).isEqualTo(2f);
  }

  @Test
  void namesTypesThatItCannotRead() {
    assertThat(TensorType.ofGgml(10)).isEmpty();
    assertThat(TensorType.ggmlName(10)).isEqualTo("Q2_K");
    assertThat(TensorType.ggmlName(11)).isEqualTo("Q3_K");
    assertThat(TensorType.ggmlName(1000)).isEqualTo("number 1000");
  }

  private static float half(int bits) {
    float[] out = new float[1];
    TensorType.F16.expand(new byte[] {(byte) bits, (byte) (bits >> 8)}, 1, out);
    return out[0];
  }
}
