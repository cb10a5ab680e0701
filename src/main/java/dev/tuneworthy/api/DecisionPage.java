package dev.tuneworthy.api;

import java.util.List;

/**
 * One page of decisions, newest first.
 *
 * @param page counted from 0
 * @param size the most that a page holds
 * @param total decisions on all pages
 */
public record DecisionPage(List<DecisionView> items, int page, int size, long total) {
  public DecisionPage {
    items = List.copyOf(items);
  }
}
