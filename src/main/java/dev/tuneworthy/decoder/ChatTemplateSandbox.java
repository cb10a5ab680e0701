package dev.tuneworthy.decoder;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.Importable;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a chat template may do: branch, loop, set variables, define macros, use a few filters and a
 * few methods of Python's strings. It cannot load another template, reach a Java object, read the
 * clock or draw at random; text, steps, lists and depth are bounded.
 */
final class ChatTemplateSandbox {
  /** Longest string, and longest whole text, in characters. */
  static final int MAX_TEXT = 1 << 21;

  private static final int MAX_LIST = 10_000;
  private static final int MAX_RANGE = 1_000;
  private static final int MAX_DEPTH = 20;
  private static final int MAX_NESTING = 50;
  private static final int MAX_EXPRESSION = 5_000;

  private static final Set<String> TAGS =
      Set.of(
          "if",
          "elif",
          "else",
          "endif",
          "for",
          "endfor",
          "set",
          "endset",
          "macro",
          "endmacro",
          "raw",
          "endraw",
          "break",
          "continue",
          "do",
          "enddo",
          "call",
          "endcall");
  private static final Set<String> FILTERS =
      Set.of(
          "trim",
          "length",
          "count",
          "default",
          "d",
          "join",
          "first",
          "last",
          "lower",
          "upper",
          "replace",
          "string",
          "int",
          "list",
          "select",
          "reject",
          "selectattr",
          "rejectattr",
          "map",
          "safe");
  private static final Set<String> FUNCTIONS = Set.of("range", "namespace", "raise_exception");

  /** Everything that Jinjava brings and that is not on a list above. */
  private static final Map<Library, Set<String>> DISABLED = disabled();

  private ChatTemplateSandbox() {}

  /** Thrown by a template that does not accept its messages. */
  static final class Refusal extends InterpretException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
      super(message);
    }
  }

  /** Thrown where a template takes too many steps or too long. */
  static final class Exhausted extends InterpretException {
    private static final long serialVersionUID = 1;

    Exhausted(String message) {
      super(message);
    }
  }

  static Jinjava jinjava() {
    Jinjava jinjava = new Jinjava(configuration(List.of()));
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "raise_exception", ChatTemplateSandbox.class, "raiseException", Object.class));
    jinjava.registerFilter(new PythonTrim());
    jinjava.registerFilter(new BoundedReplace());
    jinjava.setResourceLocator(
        (name, encoding, interpreter) -> {
          throw new Exhausted("the template asked for the resource " + name);
        });
    return jinjava;
  }

  /** {@code raise_exception} of a template; public because Jinjava calls it by reflection. */
  public static Object raiseException(Object message) {
    throw new Refusal(String.valueOf(message));
  }

  /**
   * Limits for one rendering; the account of its work inside belongs to that rendering alone.
   *
   * @param conversation the messages that are rendered
   */
  static JinjavaConfig configuration(List<?> conversation) {
    return limits(new ChatTemplateWork(conversation))
        .withTrimBlocks(true)
        .withLstripBlocks(true)
        .build();
  }

  /**
   * The same limits for the templates of lm-evaluation-harness: blocks are not trimmed, and what a
   * document lacks is an error.
   */
  static JinjavaConfig documents() {
    return limits(new ChatTemplateWork(List.of())).withFailOnUnknownTokens(true).build();
  }

  /**
   * Jinjava renders an unknown filter as nothing and parses without a bound on time, so names and
   * nesting are checked before.
   *
   * @throws ServiceException {@link ErrorCode#UNSUPPORTED_CHECKPOINT} with the name or the depth
   */
  static void refuseUnknownNamesAndDeepNesting(String source) {
    ChatTemplateNames names = ChatTemplateNames.of(source);
    refuse("tag", names.tags(), TAGS);
    refuse("filter", names.filters(), FILTERS);
    // The parser looks ahead from every bracket, so its time grows much faster than the depth.
    refuseAbove(MAX_NESTING, names.depths(), "levels of brackets in an expression");
    refuseAbove(MAX_EXPRESSION, names.lengths(), "characters in an expression");
  }

  private static void refuseAbove(int most, Set<Integer> found, String what) {
    for (int each : found) {
      if (each > most) {
        throw unsupported("at most " + most + " " + what, "" + each);
      }
    }
  }

  private static ServiceException unsupported(String expected, String found) {
    return ServiceException.of(
        ErrorCode.UNSUPPORTED_CHECKPOINT,
        "chat template",
        expected,
        found,
        "Use a checkpoint with a plain chat template.");
  }

  private static void refuse(String kind, Set<String> used, Set<String> allowed) {
    for (String name : used) {
      if (!allowed.contains(name)) {
        throw unsupported("the " + kind + "s " + new TreeSet<>(allowed), kind + " " + name);
      }
    }
  }

  private static JinjavaConfig.Builder limits(ChatTemplateWork work) {
    return JinjavaConfig.newBuilder()
        .withNestedInterpretationEnabled(false) // message contents are text, not templates
        .withKeepTrailingNewline(true)
        .withMaxOutputSize(MAX_TEXT)
        .withMaxStringLength(MAX_TEXT)
        .withMaxListSize(MAX_LIST)
        .withMaxMapSize(MAX_LIST)
        .withRangeLimit(MAX_RANGE)
        .withMaxRenderDepth(MAX_DEPTH)
        .withMaxMacroRecursionDepth(MAX_DEPTH)
        .withLocale(Locale.ROOT)
        .withDisabled(DISABLED)
        .withElResolver(new ChatTemplateResolver(work))
        .withProcessors(
            JinjavaProcessors.newBuilder()
                .withNodePreProcessor((node, interpreter) -> work.step())
                .build())
        .withLegacyOverrides(
            LegacyOverrides.newBuilder()
                .withEvaluateMapKeys(true)
                .withIterateOverMapKeys(true)
                .withUsePyishObjectMapper(false) // true would write U+0000 as an escape
                .withUseNaturalOperatorPrecedence(true)
                .withParseWhitespaceControlStrictly(true)
                .withAllowAdjacentTextNodes(true)
                .withUseTrimmingForNotesAndExpressions(true)
                .withKeepNullableLoopValues(true)
                .withHandleBackslashInQuotesOnly(true)
                .build());
  }

  private static Map<Library, Set<String>> disabled() {
    Context all = new Jinjava().getGlobalContext();
    Map<Library, Set<String>> disabled = new EnumMap<>(Library.class);
    disabled.put(Library.TAG, others(all.getAllTags(), TAGS));
    disabled.put(Library.FILTER, others(all.getAllFilters(), FILTERS));
    disabled.put(
        Library.FUNCTION,
        all.getAllFunctions().stream()
            .flatMap(f -> Stream.of(f.getName(), f.getLocalName()))
            .filter(name -> !FUNCTIONS.contains(name.substring(name.indexOf(':') + 1)))
            .collect(Collectors.toUnmodifiableSet()));
    return Map.copyOf(disabled);
  }

  private static Set<String> others(Collection<? extends Importable> all, Set<String> allowed) {
    return all.stream()
        .map(Importable::getName)
        .filter(name -> !allowed.contains(name))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** {@code trim} with Python's notion of white space. */
  private static final class PythonTrim implements Filter {
    @Override
    public String getName() {
      return "trim";
    }

    @Override
    public @Nullable Object filter(
        @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
      return value == null ? null : ChatTemplateResolver.strip(value.toString(), true, true);
    }
  }

  /** {@code replace} that measures its result before it makes it. */
  private static final class BoundedReplace implements Filter {
    @Override
    public String getName() {
      return "replace";
    }

    @Override
    public @Nullable Object filter(
        @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
      if (arguments.length != 2) {
        throw new InterpretException("replace takes an old and a new text");
      }
      return value == null
          ? null
          : ChatTemplateResolver.replace(value.toString(), arguments[0], arguments[1]);
    }
  }
}
