package dev.tuneworthy.decoder;

import com.hubspot.jinjava.objects.collections.PyList;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one rendering of a chat template may cost: rendered nodes, processor time, and the size of
 * all values that it reads or makes. A list that holds another twice doubles at each step without
 * taking memory, until somebody compares or prints it; so a value counts in full, shared parts as
 * often as they are reached, each time that it is read. Used by one thread.
 */
final class ChatTemplateWork {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int MAX_STEPS = 200_000;
  private static final long MAX_NANOS = 5_000_000_000L;

  /** Characters and elements; several times what a conversation of the greatest length takes. */
  private static final long MAX_SIZE = 1 << 26;

  private final List<?> conversation;
  private final long start = processorNanos();
  private int steps;
  private long size;

  /**
   * @param conversation may be read for nothing, since it is not the template's doing
   */
  ChatTemplateWork(List<?> conversation) {
    this.conversation = conversation;
  }

  /** Counts a rendered node; every loop body has one, so a bound on nodes bounds the loops. */
  void step() {
    if (++steps > MAX_STEPS || processorNanos() - start > MAX_NANOS) {
      throw new ChatTemplateSandbox.Exhausted(
          "more than " + MAX_STEPS + " steps or " + MAX_NANOS / 1_000_000 + " ms");
    }
    count(0);
  }

  /**
   * Time that this thread has worked: a machine that is busy or asleep is no fault of a template.
   */
  private static long processorNanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Counts a value that was read. */
  void read(@Nullable Object value) {
    if (value instanceof PyList list && list.toList() == conversation) {
      return;
    }
    Deque<Object> open = new ArrayDeque<>();
    open(value, open);
    while (!open.isEmpty()) {
      Object next = open.pop();
      if (next instanceof Collection<?> collection) {
        collection.forEach(element -> open(element, open));
      } else if (next instanceof Map<?, ?> map) {
        map.values().forEach(element -> open(element, open));
      }
    }
  }

  private void open(@Nullable Object value, Deque<Object> open) {
    count(value instanceof CharSequence text ? 1L + text.length() : 1);
    if (value instanceof Collection || value instanceof Map) {
      open.push(value);
    }
  }

  /** Counts text about to be made. */
  void count(long characters) {
    size += characters;
    if (size > MAX_SIZE) {
      throw new ChatTemplateSandbox.Exhausted("values of more than " + MAX_SIZE + " characters");
    }
  }
}
