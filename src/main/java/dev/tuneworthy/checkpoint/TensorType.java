package dev.tuneworthy.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The element types that can be read, each with its block layout and how a block becomes float32.
 *
 * <p>Layouts are those of ggml (ggml-common.h): a quantised block holds 32 elements, one of the K
 * types 256. Of the 4 and 5-bit types byte j holds element j in its low half and element j + 16 in
 * its high half, of the K types element j of one group of 32 and of the next.
 */
enum TensorType {
  F32(0, 1, 4) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      ByteBuffer.wrap(in).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(out, 0, elements);
    }
  },
  F16(1, 1, 2) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int i = 0; i < elements; i++) {
        out[i] = half(in, 2 * i);
      }
    }
  },
  BF16(30, 1, 2) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int i = 0; i < elements; i++) {
        out[i] = Float.intBitsToFloat(((in[2 * i] & 0xff) << 16) | (in[2 * i + 1] << 24));
      }
    }
  },
  /** scale; 32 signed bytes q: w = scale · q. */
  Q8_0(8, 32, 34) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int at = 0, o = 0; o < elements; at += 34, o += 32) {
        float scale = half(in, at);
        for (int j = 0; j < 32; j++) {
          out[o + j] = scale * in[at + 2 + j];
        }
      }
    }
  },
  /** scale; 32 half bytes q: w = scale · (q − 8). */
  Q4_0(2, 32, 18) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int at = 0, o = 0; o < elements; at += 18, o += 32) {
        float scale = half(in, at);
        for (int j = 0; j < 16; j++) {
          int two = in[at + 2 + j];
          out[o + j] = scale * ((two & 0xf) - 8);
          out[o + j + 16] = scale * (((two >> 4) & 0xf) - 8);
        }
      }
    }
  },
  /** scale, minimum; 32 half bytes q: w = scale · q + minimum. */
  Q4_1(3, 32, 20) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int at = 0, o = 0; o < elements; at += 20, o += 32) {
        float scale = half(in, at);
        float minimum = half(in, at + 2);
        for (int j = 0; j < 16; j++) {
          int two = in[at + 4 + j];
          out[o + j] = scale * (two & 0xf) + minimum;
          out[o + j + 16] = scale * ((two >> 4) & 0xf) + minimum;
        }
      }
    }
  },
  /** scale; 32 fifth bits; 32 half bytes: w = scale · (q − 16). */
  Q5_0(6, 32, 22) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int at = 0, o = 0; o < elements; at += 22, o += 32) {
        float scale = half(in, at);
        for (int j = 0; j < 32; j++) {
          out[o + j] = scale * (fiveBits(in, at + 2, j) - 16);
        }
      }
    }
  },
  /** scale, minimum; 32 fifth bits; 32 half bytes: w = scale · q + minimum. */
  Q5_1(7, 32, 24) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int at = 0, o = 0; o < elements; at += 24, o += 32) {
        float scale = half(in, at);
        float minimum = half(in, at + 2);
        for (int j = 0; j < 32; j++) {
          out[o + j] = scale * fiveBits(in, at + 4, j) + minimum;
        }
      }
    }
  },
  /** scale and minimum of eight groups of 32; 256 half bytes q: w = scale · q − minimum. */
  Q4_K(12, 256, 144) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int at = 0, o = 0; o < elements; at += 144, o += 256) {
        for (int group = 0; group < 8; group++) {
          float scale = half(in, at) * groupScale(in, at + 4, group);
          float minimum = half(in, at + 2) * groupMinimum(in, at + 4, group);
          for (int j = 0; j < 32; j++) {
            int q = in[at + 16 + group / 2 * 32 + j] >> (group % 2 * 4) & 0xf;
            out[o + group * 32 + j] = scale * q - minimum;
          }
        }
      }
    }
  },
  /** As Q4_K, and 256 fifth bits: bit g of byte j belongs to element j of group g. */
  Q5_K(13, 256, 176) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int at = 0, o = 0; o < elements; at += 176, o += 256) {
        for (int group = 0; group < 8; group++) {
          float scale = half(in, at) * groupScale(in, at + 4, group);
          float minimum = half(in, at + 2) * groupMinimum(in, at + 4, group);
          for (int j = 0; j < 32; j++) {
            int low = in[at + 48 + group / 2 * 32 + j] >> (group % 2 * 4) & 0xf;
            int high = in[at + 16 + j] >> group & 1;
            out[o + group * 32 + j] = scale * (low | high << 4) - minimum;
          }
        }
      }
    }
  },
  /**
   * 256 low half bytes, 256 upper pairs of bits, a signed scale for each 16, one scale for all: w =
   * scale · groupScale · (q − 32). In each half of 128 elements, element j of quarter k has its
   * half byte in byte j + 32 (k mod 2), low for the first two quarters, and its pair k of byte j.
   */
  Q6_K(14, 256, 210) {
    @Override
    void expand(byte[] in, int elements, float[] out) {
      for (int at = 0, o = 0; o < elements; at += 210, o += 256) {
        float scale = half(in, at + 208);
        for (int i = 0; i < 256; i++) {
          int side = i / 128;
          int quarter = i % 128 / 32;
          int j = i % 32;
          int low = in[at + side * 64 + quarter % 2 * 32 + j] >> (quarter / 2 * 4) & 0xf;
          int high = in[at + 128 + side * 32 + j] >> (quarter * 2) & 3;
          out[o + i] = scale * in[at + 192 + i / 16] * ((low | high << 4) - 32);
        }
      }
    }
  };

  private static final String[] GGML_NAMES = {
    "F32",
    "F16",
    "Q4_0",
    "Q4_1",
    "Q4_2",
    "Q4_3",
    "Q5_0",
    "Q5_1",
    "Q8_0",
    "Q8_1",
    "Q2_K",
    "Q3_K",
    "Q4_K",
    "Q5_K",
    "Q6_K",
    "Q8_K",
    "IQ2_XXS",
    "IQ2_XS",
    "IQ3_XXS",
    "IQ1_S",
    "IQ4_NL",
    "IQ3_S",
    "IQ2_S",
    "IQ4_XS",
    "I8",
    "I16",
    "I32",
    "I64",
    "F64",
    "IQ1_M",
    "BF16",
    "Q4_0_4_4",
    "Q4_0_4_8",
    "Q4_0_8_8",
    "TQ1_0",
    "TQ2_0",
    "IQ4_NL_4_4",
    "IQ4_NL_4_8",
    "IQ4_NL_8_8",
    "MXFP4"
  };

  final int blockElements;
  final int blockBytes;
  private final int ggml;

  TensorType(int ggml, int blockElements, int blockBytes) {
    this.ggml = ggml;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** Expands whole blocks at the start of {@code in} into {@code out} from 0 on. */
  abstract void expand(byte[] in, int elements, float[] out);

  static Optional<TensorType> ofGgml(long id) {
    for (TensorType type : values()) {
      if (type.ggml == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The name that ggml gives to a type number, known or not. */
  static String ggmlName(long id) {
    return id >= 0 && id < GGML_NAMES.length ? GGML_NAMES[(int) id] : "number " + id;
  }

  /**
   * Element {@code j} of a block of 32 fifth bits, a little-endian word, and 16 bytes of halves.
   */
  private static int fiveBits(byte[] in, int at, int j) {
    int low = in[at + 4 + j % 16] >> (j / 16 * 4) & 0xf;
    int high = in[at + j / 8] >> (j % 8) & 1;
    return low | high << 4;
  }

  /**
   * Six bits each for the scales and minima of eight groups in twelve bytes: of the first four
   * groups in the low bits of bytes 0 to 7; of the others the low four in the halves of bytes 8 to
   * 11, the upper two in the top of bytes 0 to 7.
   */
  private static int groupScale(byte[] in, int at, int group) {
    return group < 4
        ? in[at + group] & 0x3f
        : in[at + group + 4] & 0xf | (in[at + group - 4] >> 6 & 3) << 4;
  }

  private static int groupMinimum(byte[] in, int at, int group) {
    return group < 4
        ? in[at + group + 4] & 0x3f
        : in[at + group + 4] >> 4 & 0xf | (in[at + group] >> 6 & 3) << 4;
  }

  private static float half(byte[] in, int at) {
    return HalfFloats.VALUES[(in[at] & 0xff) | ((in[at + 1] & 0xff) << 8)];
  }

  /** All 65,536 half-precision numbers, as Java 17 has no conversion of its own. */
  private static final class HalfFloats {
    static final float[] VALUES = new float[1 << 16];

    static {
      for (int bits = 0; bits < VALUES.length; bits++) {
        VALUES[bits] = decode(bits);
      }
    }

    private static float decode(int bits) {
      int exponent = (bits >> 10) & 0x1f;
      int fraction = bits & 0x3ff;
      float magnitude =
          switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 31 -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
          };
      return bits >= 0x8000 ? -magnitude : magnitude;
    }
  }
}
