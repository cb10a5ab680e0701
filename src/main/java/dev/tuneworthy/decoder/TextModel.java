package dev.tuneworthy.decoder;

import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.checkpoint.ModelConfig;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.runtime.Device;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A loaded model on text level: chat template, tokenizer, choice scoring and generation over one
 * {@link Decoder}. Owned by whoever loaded it; calls are made one at a time.
 */
public final class TextModel implements AutoCloseable {
  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final PrefixCache prefixes;
  private final int endOfTurn;

  private TextModel(Decoder decoder, Tokenizer tokenizer, ChatTemplate template) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    this.template = template;
    this.prefixes = new PrefixCache(decoder);
    this.endOfTurn = endOfTurn(decoder.config(), tokenizer, template);
  }

  /**
   * Loads a checkpoint, which may be closed afterwards.
   *
   * @throws ServiceException {@code UNSUPPORTED_CHECKPOINT} if it has no chat template, {@code
   *     BAD_CHECKPOINT} if it names no token that ends a turn
   */
  public static TextModel load(Checkpoint checkpoint, Device device) {
    return load(checkpoint, device, Precision.FLOAT32);
  }

  /** The same in a precision. */
  public static TextModel load(Checkpoint checkpoint, Device device, Precision precision) {
    ChatTemplate template =
        ChatTemplate.of(checkpoint)
            .orElseThrow(
                () ->
                    ServiceException.of(
                        ErrorCode.UNSUPPORTED_CHECKPOINT,
                        checkpoint.location().toString(),
                        "a chat template",
                        "none",
                        "Use an instruction-tuned checkpoint."));
    if (checkpoint.config().endOfTurnIds().isEmpty()) {
      throw ServiceException.of(
          ErrorCode.BAD_CHECKPOINT,
          checkpoint.location().toString(),
          "a token that ends a turn (eos_token_id)",
          "none",
          "Use an instruction-tuned checkpoint.");
    }
    Tokenizer tokenizer = Tokenizer.of(checkpoint.tokenizer());
    return new TextModel(Decoder.load(checkpoint, device, precision), tokenizer, template);
  }

  /** The token that the template puts after an assistant's words. */
  private static int endOfTurn(ModelConfig config, Tokenizer tokenizer, ChatTemplate template) {
    String marker = "x";
    String rendered =
        template.render(
            List.of(new ChatMessage("user", marker), new ChatMessage("assistant", marker)), false);
    String tail = rendered.substring(rendered.lastIndexOf(marker) + marker.length());
    for (int id : tokenizer.encode(tail)) {
      if (config.endOfTurnIds().contains(id)) {
        return id;
      }
    }
    return config.endOfTurnIds().get(0);
  }

  public ModelConfig config() {
    return decoder.config();
  }

  public Decoder decoder() {
    return decoder;
  }

  /** Special tokens that a text would smuggle in; see {@link Tokenizer#specialTokensIn}. */
  public List<String> specialTokensIn(String text) {
    return tokenizer.specialTokensIn(text);
  }

  /**
   * A conversation up to where the assistant's answer starts. Stable is everything before the last
   * message.
   */
  public Prompt chatPrompt(List<ChatMessage> messages) {
    return chatPrompt(messages, messages.size() - 1);
  }

  /**
   * The same where only some leading messages come again with the next request. What is stable is
   * found by asking the template for the same conversation with other words in the message after
   * them.
   *
   * @param shared 0 to all messages but the last
   */
  public Prompt chatPrompt(List<ChatMessage> messages, int shared) {
    int[] ids = encode(template.render(messages, true));
    ChatMessage next = messages.get(shared);
    List<ChatMessage> others = new ArrayList<>(messages);
    others.set(shared, new ChatMessage(next.role(), next.content().startsWith("#") ? "@" : "#"));
    int different = Arrays.mismatch(ids, encode(template.render(others, true)));
    return new Prompt(boxed(ids), Math.max(0, different));
  }

  /**
   * Plain text to go on with, after the start of a sequence where the checkpoint wants one; a text
   * without tokens becomes the token that starts a sequence. Nothing of it is stable.
   */
  public Prompt text(String text) {
    int[] ids =
        IntStream.concat(Arrays.stream(tokenizer.beginning()), Arrays.stream(encode(text)))
            .toArray();
    return new Prompt(
        ids.length > 0
            ? boxed(ids)
            : List.of(config().bosId().orElse(config().endOfTurnIds().get(0))),
        0);
  }

  private static List<Integer> boxed(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  /** Token ids of an assistant's answer with the end of its turn. */
  public int[] answer(String answer) {
    int[] ids = encode(answer);
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = endOfTurn;
    return ended;
  }

  /**
   * Token ids of what follows a plain text: cut from the tokens of both together where the text's
   * own tokens stay, as evaluation harnesses do.
   */
  public int[] continuation(String text, String continuation) {
    int[] context = encode(text);
    int[] whole = encode(text + continuation);
    boolean clean =
        whole.length > context.length
            && Arrays.equals(context, Arrays.copyOf(whole, context.length));
    return clean ? Arrays.copyOfRange(whole, context.length, whole.length) : encode(continuation);
  }

  /** Some tokenizers know special tokens that the model has no embedding for. */
  private int[] encode(String text) {
    int[] ids = tokenizer.encode(text);
    for (int id : ids) {
      if (id >= config().vocabulary()) {
        throw ServiceException.of(
            ErrorCode.BAD_REQUEST,
            "text",
            "tokens of the model's vocabulary of " + config().vocabulary(),
            "token id " + id + ", which its tokenizer makes of it",
            "Take the special token out of the text, or use the model's own tokenizer.");
      }
    }
    return ids;
  }

  /** A prompt and the token sequences of its answers. */
  public record Choices(Prompt prompt, List<int[]> answers) {}

  /** How to generate: see {@code evaluation.Decoding}. */
  public record Sampling(int maxTokens, double temperature, long seed) {}

  /** Generated text, and its length in tokens with the end of its turn. */
  public record Generated(String text, int tokens) {}

  /**
   * Summed natural-log likelihood of each answer.
   *
   * @param done is told how many prompts are finished
   */
  public List<List<Double>> choose(List<Choices> requests, Adapter adapter, IntConsumer done) {
    List<ChoiceScorer.Request> plain =
        requests.stream().map(r -> new ChoiceScorer.Request(r.prompt(), r.answers())).toList();
    return new ChoiceScorer(decoder, prefixes)
        .score(plain, adapter, done).stream()
            .map(scores -> Arrays.stream(scores).boxed().toList())
            .toList();
  }

  /** Free answers to prompts. */
  public List<Generated> generate(
      List<Prompt> prompts, Sampling sampling, Adapter adapter, IntConsumer done) {
    List<Generated> result = new ArrayList<>();
    for (List<Integer> ids : generateTokens(prompts, sampling, adapter, done)) {
      int[] plain = ids.stream().mapToInt(Integer::intValue).toArray();
      result.add(new Generated(tokenizer.decode(plain, true), plain.length));
    }
    return result;
  }

  PrefixCache prefixes() {
    return prefixes;
  }

  /**
   * Shows that an adapter reaches the logits.
   *
   * @return the largest change of a logit
   * @throws ServiceException {@code INERT_ADAPTER} if none changes, {@code BAD_ADAPTER} if one is
   *     no longer a number
   */
  public double checkActive(Adapter adapter) {
    try (Adapter base = Adapter.none(config())) {
      return new AdapterProbe(decoder).check(base, adapter);
    }
  }

  /** The same as token ids, with the end of the turn where it was generated. */
  public List<List<Integer>> generateTokens(
      List<Prompt> prompts, Sampling sampling, Adapter adapter, IntConsumer done) {
    return new TextGenerator(decoder, prefixes)
        .generate(
            prompts,
            new TextGenerator.Settings(
                sampling.maxTokens(), sampling.temperature(), sampling.seed(), true),
            adapter,
            done);
  }

  /**
   * What the model says at each token of an answer: natural-log probabilities [answer, V] in
   * row-major order, row 0 those of the first token after the prompt. Depends on nothing but the
   * arguments: the same call gives the same numbers.
   */
  public FloatBuffer logProbabilities(Prompt prompt, List<Integer> answer, Adapter adapter) {
    return new NextTokens(decoder, prefixes).logProbabilities(prompt, answer, adapter);
  }

  /** Lets go of computed prefixes, which hold memory. */
  public void forgetPrefixes() {
    prefixes.clear();
  }

  @Override
  public void close() {
    prefixes.close();
    decoder.close();
    tokenizer.close();
  }
}
