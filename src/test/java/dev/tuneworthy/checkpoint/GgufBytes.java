package dev.tuneworthy.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds small GGUF files by hand, right ones and wrong ones. */
final class GgufBytes {
  int magic = 0x46554747;
  int version = 3;
  long extraTensors;
  long extraKeys;
  int alignment = 32;
  private final Map<String, byte[]> metadata = new LinkedHashMap<>();
  private final List<byte[]> table = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** A whole Llama model: V 4, D 4, F 8, one block, two heads of 2, one key-value head. */
  static GgufBytes llama() {
    return llama(2, 1, 2);
  }

  /** The same with other heads; heads times their size stay 4. */
  static GgufBytes llama(int heads, int keyValueHeads, int headSize) {
    GgufBytes gguf = new GgufBytes();
    gguf.text("general.architecture", "llama");
    gguf.uint32("llama.block_count", 1);
    gguf.uint32("llama.context_length", 64);
    gguf.uint32("llama.embedding_length", 4);
    gguf.uint32("llama.feed_forward_length", 8);
    gguf.uint32("llama.attention.head_count", heads);
    gguf.uint32("llama.attention.head_count_kv", keyValueHeads);
    gguf.float32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    gguf.text("tokenizer.ggml.model", "gpt2");
    gguf.text("tokenizer.ggml.pre", "gpt-2");
    gguf.texts("tokenizer.ggml.tokens", "<s>", "a", "b", "ab");
    gguf.int32s("tokenizer.ggml.token_type", 3, 1, 1, 1);
    gguf.texts("tokenizer.ggml.merges", "a b");
    gguf.uint32("tokenizer.ggml.eos_token_id", 0);
    gguf.floats("token_embd.weight", 4, 4);
    gguf.floats("output_norm.weight", 4);
    gguf.floats("blk.0.attn_norm.weight", 4);
    gguf.floats("blk.0.attn_q.weight", 4, 4);
    gguf.floats("blk.0.attn_k.weight", 4, (long) keyValueHeads * headSize);
    gguf.floats("blk.0.attn_v.weight", 4, (long) keyValueHeads * headSize);
    gguf.floats("blk.0.attn_output.weight", 4, 4);
    gguf.floats("blk.0.ffn_norm.weight", 4);
    gguf.floats("blk.0.ffn_gate.weight", 4, 8);
    gguf.floats("blk.0.ffn_up.weight", 4, 8);
    gguf.floats("blk.0.ffn_down.weight", 8, 4);
    return gguf;
  }

  GgufBytes without(String key) {
    metadata.remove(key);
    return this;
  }

  GgufBytes text(String key, String value) {
    return raw(key, 8, string(value));
  }

  GgufBytes uint32(String key, int value) {
    return raw(key, 4, little(4).putInt(value).array());
  }

  GgufBytes float32(String key, float value) {
    return raw(key, 6, little(4).putFloat(value).array());
  }

  GgufBytes texts(String key, String... values) {
    ByteArrayOutputStream out = arrayHead(8, values.length);
    for (String value : values) {
      out.writeBytes(string(value));
    }
    return raw(key, 9, out.toByteArray());
  }

  GgufBytes int32s(String key, int... values) {
    ByteArrayOutputStream out = arrayHead(5, values.length);
    for (int value : values) {
      out.writeBytes(little(4).putInt(value).array());
    }
    return raw(key, 9, out.toByteArray());
  }

  GgufBytes float32s(String key, float... values) {
    ByteArrayOutputStream out = arrayHead(6, values.length);
    for (float value : values) {
      out.writeBytes(little(4).putFloat(value).array());
    }
    return raw(key, 9, out.toByteArray());
  }

  GgufBytes flag(String key, boolean value) {
    return raw(key, 7, new byte[] {(byte) (value ? 1 : 0)});
  }

  /** A metadata entry of any type and any bytes. */
  GgufBytes raw(String key, int type, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(string(key));
    out.writeBytes(little(4).putInt(type).array());
    out.writeBytes(value);
    metadata.put(key, out.toByteArray());
    return this;
  }

  static ByteArrayOutputStream arrayHead(int type, long length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(little(12).putInt(type).putLong(length).array());
    return out;
  }

  /** An F32 tensor that counts 0, 1, 2, ...; dimensions fastest first, as in the file. */
  GgufBytes floats(String name, long... dimensions) {
    int elements = 1;
    for (long d : dimensions) {
      elements *= (int) d;
    }
    ByteBuffer values = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      values.putFloat(i);
    }
    return tensor(name, 0, values.array(), dimensions);
  }

  GgufBytes tensor(String name, int type, byte[] values, long... dimensions) {
    while (data.size() % alignment != 0) {
      data.write(0);
    }
    entry(name, type, data.size(), dimensions);
    data.writeBytes(values);
    return this;
  }

  /** A row of the tensor table that may lie about its data. */
  GgufBytes entry(String name, int type, long offset, long... dimensions) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(string(name));
    out.writeBytes(little(4).putInt(dimensions.length).array());
    for (long d : dimensions) {
      out.writeBytes(little(8).putLong(d).array());
    }
    out.writeBytes(little(12).putInt(type).putLong(offset).array());
    table.add(out.toByteArray());
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(little(8).putInt(magic).putInt(version).array());
    out.writeBytes(little(8).putLong(table.size() + extraTensors).array());
    out.writeBytes(little(8).putLong(metadata.size() + extraKeys).array());
    metadata.values().forEach(out::writeBytes);
    table.forEach(out::writeBytes);
    while (out.size() % alignment != 0) {
      out.write(0);
    }
    out.writeBytes(data.toByteArray());
    return out.toByteArray();
  }

  static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] string(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(8 + utf8.length).order(ByteOrder.LITTLE_ENDIAN);
    return all.putLong(utf8.length).put(utf8).array();
  }
}
