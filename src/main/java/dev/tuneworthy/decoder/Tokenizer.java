package dev.tuneworthy.decoder;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.tuneworthy.checkpoint.CacheFolder;
import dev.tuneworthy.checkpoint.TokenizerSource;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Text to token ids and back, by the checkpoint's own rules.
 *
 * <p>Text that spells a special token ({@code <|im_end|>}) becomes that token, as in Transformers:
 * that is how a rendered chat template gets its turns. It also means that user data can end a turn;
 * {@link #specialTokensIn} finds such data before it is used. Nothing is added in front or behind:
 * a chat template brings its own beginning, and a plain text is given {@link #beginning}.
 *
 * <p>Holds native memory: whoever makes it closes it. Safe from many threads.
 */
public final class Tokenizer implements AutoCloseable {
  private static final Map<String, String> PLAIN =
      Map.of(
          "addSpecialTokens", "false",
          "truncation", "do_not_truncate",
          "padding", "do_not_pad",
          "modelMaxLength", Integer.toString(Integer.MAX_VALUE));

  static {
    keepLibraryToItself();
  }

  private final HuggingFaceTokenizer library;
  private final TokenizerJson json;

  private Tokenizer(HuggingFaceTokenizer library, TokenizerJson json) {
    this.library = library;
    this.json = json;
  }

  /**
   * Makes the tokenizer of a checkpoint.
   *
   * @throws ServiceException {@link ErrorCode#BAD_CHECKPOINT} for a broken vocabulary, {@link
   *     ErrorCode#UNSUPPORTED_CHECKPOINT} for a kind or splitting rule that is not known
   */
  public static Tokenizer of(TokenizerSource source) {
    TokenizerJson json = TokenizerJson.of(source);
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json.bytes()), PLAIN), json);
    } catch (IOException | RuntimeException e) {
      throw new ServiceException(
          ErrorCode.BAD_CHECKPOINT,
          json.where()
              + ": expected a tokenizer that the tokenizers library can load, found: "
              + e.getMessage()
              + ". Fetch the file again or use another checkpoint.",
          e);
    }
  }

  /** Token ids of a text; special tokens in it are recognised, none are added. */
  public int[] encode(String text) {
    return text.isEmpty() ? new int[0] : ints(library.encode(text, false, false).getIds());
  }

  /**
   * What a plain text begins with by the checkpoint's rules: the start of a sequence or nothing.
   */
  public int[] beginning() {
    return json.beginning().map(this::encode).orElse(new int[0]);
  }

  /**
   * The text of token ids. Bytes that are no whole UTF-8 character become U+FFFD.
   *
   * @param skipSpecial whether special tokens are left out
   * @throws IllegalArgumentException for an id outside the vocabulary
   */
  public String decode(int[] ids, boolean skipSpecial) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary()) {
        throw new IllegalArgumentException(
            "token id " + id + " is outside the vocabulary of " + vocabulary());
      }
    }
    return ids.length == 0
        ? ""
        : library.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
  }

  /** Number of token ids, special ones included. */
  public int vocabulary() {
    return json.vocabulary();
  }

  /** The id of a special token by its text. */
  public OptionalInt specialToken(String text) {
    Integer id = json.specialTokens().get(text);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The special tokens that a text spells, which would act as such and not as text. */
  public List<String> specialTokensIn(String text) {
    return json.specialTokens().keySet().stream().filter(text::contains).toList();
  }

  @Override
  public void close() {
    library.close();
  }

  private static int[] ints(long[] ids) {
    int[] out = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      out[i] = Math.toIntExact(ids[i]);
    }
    return out;
  }

  /**
   * The library reports its use to its makers, fetches a CUDA build where it sees a GPU, and
   * unpacks into the home folder; the first two are switched off before its first class is loaded,
   * the third moves into our cache. For whoever uses the library by another way.
   */
  public static void keepLibraryToItself() {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    if (System.getProperty("ENGINE_CACHE_DIR") == null) {
      System.setProperty(
          "ENGINE_CACHE_DIR", CacheFolder.fromEnvironment().resolve("native").toString());
    }
  }
}
