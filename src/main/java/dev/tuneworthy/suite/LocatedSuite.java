package dev.tuneworthy.suite;

import java.util.Map;
import java.util.Set;

/**
 * A suite with the places of its items.
 *
 * @param places of each item by id, as {@code copying.jsonl:12}
 * @param showsAnswers capabilities whose questions contain their answers by design
 */
record LocatedSuite(BaselineSuite suite, Map<String, String> places, Set<String> showsAnswers) {
  LocatedSuite {
    places = Map.copyOf(places);
    showsAnswers = Set.copyOf(showsAnswers);
  }
}
