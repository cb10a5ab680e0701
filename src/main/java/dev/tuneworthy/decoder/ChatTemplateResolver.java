package dev.tuneworthy.decoder;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import jinjava.javax.el.MethodNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Gives a chat template the entries of maps and lists, the state of its loop, and a few methods of
 * Python's strings and dictionaries; no other property or method of any Java object.
 */
final class ChatTemplateResolver extends ELResolver {
  private static final Set<String> MAP_METHODS = Set.of("items", "get", "keys", "values");
  private static final Set<String> TEST_METHODS = Set.of("evaluate", "evaluateNegated");
  private static final ELResolver ALL = JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY;

  private final ChatTemplateWork work;

  ChatTemplateResolver(ChatTemplateWork work) {
    this.work = work;
  }

  @Override
  public @Nullable Object getValue(ELContext context, @Nullable Object base, Object property) {
    boolean element = base instanceof List && String.valueOf(property).matches("-?[0-9]+");
    if (base == null || base instanceof Map || base instanceof ForLoop || element) {
      Object value = ALL.getValue(context, base, property);
      work.read(value);
      return value;
    }
    context.setPropertyResolved(true);
    return null;
  }

  @Override
  public @Nullable Object invoke(
      ELContext context,
      @Nullable Object base,
      Object method,
      Class<?> @Nullable [] types,
      Object @Nullable [] arguments) {
    Object[] given = arguments == null ? new Object[0] : arguments;
    String name = String.valueOf(method);
    if (base instanceof String text) {
      context.setPropertyResolved(true);
      work.count(text.length());
      return call(text, name, given);
    }
    if (base instanceof List<?> list && name.equals("index") && given.length == 1) {
      context.setPropertyResolved(true);
      return index(list, given[0]);
    }
    if ((base instanceof Map && MAP_METHODS.contains(name))
        || (base instanceof Filter && name.equals("filter"))
        || (base instanceof ExpTest && TEST_METHODS.contains(name))) {
      return ALL.invoke(context, base, method, types, arguments);
    }
    throw new MethodNotFoundException("no method " + name + " in a chat template");
  }

  private static Object call(String text, String name, Object[] given) {
    String call = name + "/" + given.length;
    return switch (call) {
      case "strip/0" -> strip(text, true, true);
      case "lstrip/0" -> strip(text, true, false);
      case "rstrip/0" -> strip(text, false, true);
      case "upper/0" -> text.toUpperCase(Locale.ROOT);
      case "lower/0" -> text.toLowerCase(Locale.ROOT);
      case "startswith/1" -> text.startsWith(given[0].toString());
      case "endswith/1" -> text.endsWith(given[0].toString());
      case "split/1" -> split(text, given[0].toString());
      case "replace/2" -> replace(text, given[0].toString(), given[1].toString());
      default ->
          throw new MethodNotFoundException(
              "no string method " + name + " of " + given.length + " arguments in a chat template");
    };
  }

  /** Python's {@code str.replace}; the longest text is the most that may come out. */
  static String replace(String text, String old, String with) {
    long found = old.isEmpty() ? text.length() + 1L : 0;
    for (int at = text.indexOf(old); found <= text.length() && at >= 0; ) {
      found++;
      at = text.indexOf(old, at + old.length());
    }
    if (text.length() + found * (with.length() - old.length()) > ChatTemplateSandbox.MAX_TEXT) {
      throw new ChatTemplateSandbox.Exhausted("a larger text after replacing");
    }
    return text.replace(old, with);
  }

  /** Python's {@code list.index}, which fails where the element is not there. */
  private static long index(List<?> list, @Nullable Object wanted) {
    for (int i = 0; i < list.size(); i++) {
      if (String.valueOf(list.get(i)).equals(String.valueOf(wanted))) {
        return i;
      }
    }
    throw new MethodNotFoundException("'" + wanted + "' is not in the list");
  }

  private static List<String> split(String text, String separator) {
    return Arrays.asList(Pattern.compile(separator, Pattern.LITERAL).split(text, -1));
  }

  /** Python's {@code str.strip}, {@code lstrip} or {@code rstrip}. */
  static String strip(String text, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && isPythonSpace(text.charAt(start))) {
      start++;
    }
    while (right && end > start && isPythonSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Python's {@code str.isspace} for one character. */
  private static boolean isPythonSpace(char c) {
    return (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= 0x20)
        || c == 0x85
        || Character.isSpaceChar(c);
  }

  @Override
  public @Nullable Class<?> getType(ELContext context, @Nullable Object base, Object property) {
    return ALL.getType(context, base, property);
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {
    ALL.setValue(context, base, property, value);
  }

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return true;
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
    return Collections.emptyIterator();
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, Object base) {
    return Object.class;
  }
}
