package dev.tuneworthy.suite;

import dev.tuneworthy.scoring.Words;
import dev.tuneworthy.task.NormalForm;
import dev.tuneworthy.task.SimilarTexts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Looks for what makes a suite measure something else than it says: items that are there twice or
 * nearly so, answers that stand in the question, and answers that can be told by their place or
 * length. Splits of another size than {@value #DEV}, {@value #TEST} and {@value #RESERVE} are
 * warnings.
 *
 * <p>Items of one template family share most of their text on purpose and are a cluster for the
 * statistics, so among them only a similarity of {@value #WITHIN_FAMILY} with the same right choice
 * counts as nearly the same. A capability whose head says {@code metadata: {answer_in_question:
 * true}}, as copying and reading, may show its answers.
 */
public final class SuiteLint {
  static final int DEV = 50;
  static final int TEST = 100;
  static final int RESERVE = 100;
  static final double WITHIN_FAMILY = 0.95;

  /** The chance of any false alarm of the test for shortcuts. */
  static final double ALPHA = 0.05;

  /** Shorter answers, as "a" or "in", stand in questions by accident. */
  private static final int LEAST_LETTERS = 3;

  private static final String REMEDY =
      "Reword it, or say metadata: {answer_in_question: true} in the head if that is what is"
          + " measured.";

  /** More than any similarity. */
  private static final double NEVER = 2;

  private final LocatedSuite located;
  private final Map<String, SuiteItem> byId = new HashMap<>();
  private final List<SuiteFinding> findings = new ArrayList<>();

  private SuiteLint(LocatedSuite located) {
    this.located = located;
    located.suite().items().forEach(item -> byId.put(item.id(), item));
  }

  /**
   * Reads a suite and runs every check.
   *
   * @param pValues of each shortcut being right as often as chance, adjusted for their number
   * @return in the order of the checks
   */
  public static List<SuiteFinding> run(
      Path folder, Function<List<Shortcut>, List<Double>> pValues) {
    SuiteLint lint = new SuiteLint(SuiteReader.located(folder));
    lint.repeated("the same question", SuiteLint::chosen);
    lint.repeated("the same message", SuiteLint::asked);
    lint.resembling(SuiteLint::chosen);
    lint.resembling(SuiteLint::asked);
    lint.located.suite().items().forEach(lint::leak);
    lint.shortcuts(pValues);
    lint.splits();
    return List.copyOf(lint.findings);
  }

  private void add(boolean refused, String check, String where, String message) {
    findings.add(new SuiteFinding(refused, check, where, message));
  }

  private String where(SuiteItem item) {
    return located.places().getOrDefault(item.id(), item.id());
  }

  /** Context and right answer in normal form; empty without a choose form. */
  private static String chosen(SuiteItem item) {
    return item.choose()
        .map(form -> NormalForm.key(form.context() + form.choices().get(form.answer())))
        .orElse("");
  }

  /** The message in normal form; empty without a generate form. */
  private static String asked(SuiteItem item) {
    return item.generate().map(form -> NormalForm.key(form.chat())).orElse("");
  }

  private void repeated(String what, Function<SuiteItem, String> text) {
    Map<String, SuiteItem> seen = new HashMap<>();
    for (SuiteItem item : located.suite().items()) {
      String key = text.apply(item);
      SuiteItem earlier = key.isEmpty() ? null : seen.putIfAbsent(key, item);
      if (earlier != null) {
        add(
            true,
            "duplicate",
            where(item),
            what + " as " + earlier.id() + " (" + where(earlier) + "). Drop one.");
      }
    }
  }

  private void resembling(Function<SuiteItem, String> text) {
    Map<SuiteItem, String> texts = new LinkedHashMap<>();
    for (SuiteItem item : located.suite().items()) {
      String key = text.apply(item);
      if (!key.isEmpty()) {
        texts.put(item, key);
      }
    }
    SimilarTexts similar = new SimilarTexts(texts.values());
    texts.forEach(
        (item, key) -> {
          similar
              .nearest(key, other -> enough(item, byId.get(other)))
              .filter(found -> !texts.get(byId.get(found.id())).equals(key))
              .ifPresent(found -> nearDuplicate(item, found));
          similar.add(item.id(), key);
        });
    if (!similar.complete()) {
      add(
          true,
          "near-duplicate",
          located.suite().name(),
          "too much is alike to compare everything. Split the suite.");
    }
  }

  private void nearDuplicate(SuiteItem item, SimilarTexts.Similar found) {
    SuiteItem earlier = byId.get(found.id());
    add(
        true,
        "near-duplicate",
        where(item),
        String.format(
            Locale.ROOT,
            "%.0f %% like %s (%s). Reword or drop one.",
            100 * found.similarity(),
            found.id(),
            where(earlier)));
  }

  private static double enough(SuiteItem one, SuiteItem other) {
    boolean together =
        one.capability().equals(other.capability())
            && one.family().equals(other.family())
            && !one.family().equals(SuiteItem.ALONE);
    if (!together) {
      return SimilarTexts.THRESHOLD;
    }
    return right(one).equals(right(other)) ? WITHIN_FAMILY : NEVER;
  }

  private static String right(SuiteItem item) {
    return item.choose().map(form -> form.choices().get(form.answer())).orElse("");
  }

  private void leak(SuiteItem item) {
    if (located.showsAnswers().contains(item.capability())) {
      return;
    }
    item.choose()
        .filter(SuiteLint::leaks)
        .ifPresent(
            form ->
                add(
                    true,
                    "leak",
                    where(item),
                    "the right choice '"
                        + form.choices().get(form.answer()).strip()
                        + "' stands in the context and another does not. "
                        + REMEDY));
    item.generate()
        .filter(form -> form.check().passes(form.chat(), form.chat()))
        .ifPresent(
            form ->
                add(
                    true,
                    "leak",
                    where(item),
                    "the message itself passes as its answer. " + REMEDY));
  }

  private static boolean leaks(ChooseForm form) {
    String context = NormalForm.of(form.context());
    List<Boolean> shown =
        form.choices().stream().map(c -> Words.contain(context, NormalForm.of(c))).toList();
    return NormalForm.of(form.choices().get(form.answer())).length() >= LEAST_LETTERS
        && shown.get(form.answer())
        && shown.contains(false);
  }

  private void shortcuts(Function<List<Shortcut>, List<Double>> pValues) {
    List<Shortcut> all = new ArrayList<>();
    capabilities()
        .forEach(
            (name, items) ->
                all.addAll(
                    Shortcut.of(
                        name,
                        file(items.get(0)),
                        items.stream().flatMap(item -> item.choose().stream()).toList())));
    List<Double> adjusted = pValues.apply(all);
    for (int i = 0; i < all.size(); i++) {
      if (adjusted.get(i) <= ALPHA) {
        Shortcut shortcut = all.get(i);
        add(
            true,
            "shortcut",
            shortcut.where(),
            String.format(
                Locale.ROOT,
                "'%s' is right in %.0f %% of %d items where chance is %.0f %% (p %.4f). Balance the"
                    + " choices.",
                shortcut.rule(),
                100 * shortcut.share(),
                shortcut.chances().size(),
                100 * shortcut.chance(),
                adjusted.get(i)));
      }
    }
  }

  private void splits() {
    capabilities()
        .forEach(
            (name, items) -> {
              Map<String, Long> sizes =
                  items.stream()
                      .collect(Collectors.groupingBy(SuiteItem::split, Collectors.counting()));
              long dev = sizes.getOrDefault("dev", 0L);
              long test = sizes.getOrDefault("test", 0L);
              long reserve = sizes.getOrDefault("reserve", 0L);
              if (dev != DEV || test != TEST || reserve != RESERVE) {
                add(
                    false,
                    "splits",
                    file(items.get(0)),
                    "expected %d dev, %d test, %d reserve items, found %d, %d, %d."
                        .formatted(DEV, TEST, RESERVE, dev, test, reserve));
              }
            });
  }

  private Map<String, List<SuiteItem>> capabilities() {
    return located.suite().items().stream()
        .collect(
            Collectors.groupingBy(SuiteItem::capability, LinkedHashMap::new, Collectors.toList()));
  }

  private String file(SuiteItem item) {
    String where = where(item);
    int colon = where.lastIndexOf(':');
    return colon < 0 ? where : where.substring(0, colon);
  }
}
