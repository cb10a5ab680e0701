package dev.tuneworthy.decoder;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.OutputTooBigException;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import dev.tuneworthy.checkpoint.Checkpoint;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint's own Jinja template, which turns messages into the text that the model was trained
 * on. Follows Transformers: blocks are trimmed, one newline at the template's end is dropped.
 *
 * <p>A template comes from whoever made the checkpoint and is not trusted: {@link
 * ChatTemplateSandbox} says what it can do. Message contents come out verbatim: Jinja in them is
 * text. Special tokens in them are not touched either, as in Transformers; {@link
 * Tokenizer#specialTokensIn} finds them. Safe from many threads.
 */
public final class ChatTemplate {
  private static final int MAX_SOURCE = 1 << 17;
  private static final int MAX_MESSAGES = 10_000;
  private static final int MAX_REASON = 500;
  private static final String REMEDY = "Use a checkpoint with a plain chat template.";

  private final Jinjava jinjava;
  private final String source;
  private final String bosToken;
  private final String eosToken;

  private ChatTemplate(String source, String bosToken, String eosToken) {
    this.jinjava = ChatTemplateSandbox.jinjava();
    this.source = source;
    this.bosToken = bosToken;
    this.eosToken = eosToken;
  }

  /** The template of a checkpoint, or empty where it has none (a base model). */
  public static Optional<ChatTemplate> of(Checkpoint checkpoint) {
    return checkpoint
        .chatTemplate()
        .map(
            source ->
                of(
                    source,
                    checkpoint.tokenizer().bosToken().orElse(""),
                    checkpoint.tokenizer().eosToken().orElse("")));
  }

  /**
   * Checks a template by rendering one message.
   *
   * @throws ServiceException {@link ErrorCode#UNSUPPORTED_CHECKPOINT} if it needs what the sandbox
   *     does not give, {@link ErrorCode#BAD_CHECKPOINT} if it does not parse
   */
  public static ChatTemplate of(String source, String bosToken, String eosToken) {
    if (source.length() > MAX_SOURCE) {
      throw ServiceException.of(
          ErrorCode.BAD_CHECKPOINT,
          "chat template",
          "at most " + MAX_SOURCE + " characters",
          source.length() + "",
          REMEDY);
    }
    String body = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    ChatTemplateSandbox.refuseUnknownNamesAndDeepNesting(body);
    ChatTemplate template = new ChatTemplate(body, bosToken, eosToken);
    template.tryOut();
    return template;
  }

  /**
   * The text of a conversation.
   *
   * @param addGenerationPrompt whether to end with the opening of an assistant's turn
   * @throws ServiceException {@link ErrorCode#BAD_REQUEST} if the template refuses the messages,
   *     {@link ErrorCode#INPUT_TOO_LARGE} if the text grows past the bound
   */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    if (messages.size() > MAX_MESSAGES) {
      throw ServiceException.of(
          ErrorCode.INPUT_TOO_LARGE,
          "conversation",
          "at most " + MAX_MESSAGES + " messages",
          messages.size() + "",
          "Shorten it.");
    }
    List<Map<String, Object>> turns = new ArrayList<>();
    for (ChatMessage message : messages) {
      Map<String, Object> turn = new LinkedHashMap<>();
      turn.put("role", message.role());
      turn.put("content", message.content());
      turns.add(turn);
    }
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("messages", turns);
    variables.put("add_generation_prompt", addGenerationPrompt);
    variables.put("bos_token", bosToken);
    variables.put("eos_token", eosToken);
    JinjavaConfig bounded = ChatTemplateSandbox.configuration(turns);
    RenderResult result = rendered(variables, bounded);
    if (!result.getErrors().isEmpty()) {
      throw failure(result.getErrors().get(0));
    }
    return result.getOutput();
  }

  private RenderResult rendered(Map<String, Object> variables, JinjavaConfig bounded) {
    try {
      return jinjava.renderForResult(source, variables, bounded);
    } catch (StackOverflowError e) {
      // The engine recurses over blocks and over values, which may even hold themselves.
      throw new ServiceException(
          ErrorCode.BAD_CHECKPOINT,
          "chat template: expected blocks and values that nest a little, found ones without end. "
              + REMEDY,
          e);
    }
  }

  private void tryOut() {
    try {
      render(List.of(new ChatMessage("user", "Hello")), true);
    } catch (ServiceException e) {
      // That a template asks for other messages says nothing against it.
      if (e.code() != ErrorCode.BAD_REQUEST) {
        throw e;
      }
    }
  }

  private static ServiceException failure(TemplateError error) {
    for (Throwable t = error.getException(); t != null; t = t.getCause()) {
      if (t instanceof ChatTemplateSandbox.Refusal refusal) {
        return ServiceException.of(
            ErrorCode.BAD_REQUEST,
            "chat template",
            "messages that it accepts",
            "its refusal: " + shown(String.valueOf(refusal.getMessage())),
            "Change the roles or their order.");
      }
      if (t instanceof OutputTooBigException || t instanceof ChatTemplateSandbox.Exhausted) {
        return tooMuch(String.valueOf(t.getMessage()));
      }
    }
    if (String.valueOf(error.getMessage()).contains("OutputTooBigException")) {
      return tooMuch("a larger text");
    }
    return new ServiceException(
        ErrorCode.BAD_CHECKPOINT,
        "chat template, line "
            + error.getLineno()
            + ": expected a template that renders, found: "
            + shown(String.valueOf(error.getMessage()))
            + ". "
            + REMEDY,
        error.getException());
  }

  private static String shown(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "...";
  }

  private static ServiceException tooMuch(String found) {
    return ServiceException.of(
        ErrorCode.INPUT_TOO_LARGE,
        "chat template",
        "at most " + ChatTemplateSandbox.MAX_TEXT + " characters and a bounded number of steps",
        found,
        "Shorten the messages.");
  }
}
