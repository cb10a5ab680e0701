package dev.tuneworthy.decoder;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Renders a document of an lm-evaluation-harness task by one of the task's templates, in the
 * sandbox of {@link ChatTemplate}: a task file comes from anywhere. As in the harness, blocks keep
 * their newlines and a field that the document lacks is an error.
 */
public final class DocumentTemplate {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};
  private static final int MAX_SOURCE = 1 << 16;
  private static final String RESULT = "tuneworthy_result";
  private static final Jinjava JINJAVA = ChatTemplateSandbox.jinjava();

  private DocumentTemplate() {}

  /**
   * What a template makes of a document.
   *
   * @return the value of the expression where the template is one expression and nothing else, else
   *     a text
   * @throws ServiceException {@code BAD_SUITE} if the template cannot be evaluated
   */
  public static JsonNode evaluate(String template, JsonNode document) {
    if (template.length() > MAX_SOURCE) {
      throw bad(template, "at most " + MAX_SOURCE + " characters", template.length() + "");
    }
    refuseUnknown(template);
    JinjavaInterpreter interpreter = interpreter(MAPPER.convertValue(document, FIELDS));
    JinjavaInterpreter.pushCurrent(interpreter);
    try {
      String alone = expression(template);
      if (alone.isEmpty()) {
        String text = interpreter.render(template);
        refuseErrors(template, interpreter);
        return MAPPER.getNodeFactory().textNode(text);
      }
      interpreter.render("{% set " + RESULT + " = " + alone + " %}");
      refuseErrors(template, interpreter);
      Object value = interpreter.getContext().get(RESULT);
      if (value == null) {
        throw bad(template, "a value", "none");
      }
      return MAPPER.valueToTree(value);
    } catch (InterpretException e) {
      throw bad(template, "a template that renders", describe(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw bad(template, "a text, a number or a list", describe(e.getMessage()));
    } finally {
      JinjavaInterpreter.popCurrent();
    }
  }

  /** By the rules of chat templates; the error is about the task all the same. */
  private static void refuseUnknown(String template) {
    try {
      ChatTemplateSandbox.refuseUnknownNamesAndDeepNesting(template);
    } catch (ServiceException e) {
      throw new ServiceException(
          ErrorCode.BAD_SUITE, "task template '" + shown(template) + "': " + e.getMessage(), e);
    }
  }

  private static String shown(String template) {
    return template.length() <= 60 ? template : template.substring(0, 60) + "...";
  }

  private static JinjavaInterpreter interpreter(Map<String, Object> fields) {
    Context context = new Context(JINJAVA.getGlobalContextCopy(), fields);
    return new JinjavaInterpreter(JINJAVA, context, ChatTemplateSandbox.documents());
  }

  /** What stands between the braces if nothing stands around them, else nothing. */
  private static String expression(String template) {
    boolean alone =
        template.startsWith("{{")
            && template.length() > 4
            && template.indexOf("}}") == template.length() - 2
            && template.indexOf("{{", 2) < 0;
    return alone ? template.substring(2, template.length() - 2).strip() : "";
  }

  private static void refuseErrors(String template, JinjavaInterpreter interpreter) {
    if (!interpreter.getErrors().isEmpty()) {
      TemplateError first = interpreter.getErrors().get(0);
      throw bad(template, "a template that renders", describe(first.getMessage()));
    }
  }

  private static String describe(@Nullable String message) {
    String text = String.valueOf(message).replaceAll("\\s+", " ");
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  private static ServiceException bad(String template, String expected, String found) {
    return ServiceException.of(
        ErrorCode.BAD_SUITE,
        "task template '" + shown(template) + "'",
        expected,
        found,
        "Correct the template, or the document that it does not fit.");
  }
}
