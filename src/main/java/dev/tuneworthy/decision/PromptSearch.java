package dev.tuneworthy.decision;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.prompting.Calibration;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.prompting.Selection;
import dev.tuneworthy.prompting.ShotPlan;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The prompt rung, on <i>dev</i> alone: zero-shot, then few-shot prompts over how many
 * demonstrations, how they are drawn, which, and in what order, each read in several ways where
 * choices are scored (see {@link Calibration}). All are screened on one half of dev, the better
 * half of them goes on to all of it (successive halving, Jamieson and Talwalkar 2016). Which
 * demonstrations a prompt shows matters as much as how many (Zhao et al. 2021), so the spread is
 * kept.
 */
final class PromptSearch {
  /** With fewer dev examples half of them would say too little. */
  private static final int LEAST_TO_HALVE = 20;

  private static final int MOST_SHOTS = 32;
  private static final int SETS = 5;
  private static final int ORDERS = 2;

  private final Climb climb;
  private final Task task;
  private final List<Example> dev;
  private final List<Example> half;
  private final List<Tried> screened = new ArrayList<>();
  private final List<Tried> finals = new ArrayList<>();
  private Optional<String> cut = Optional.empty();

  /**
   * A few-shot prompt on the examples of the stage.
   *
   * @param candidate calibrated as does best
   * @param plain quality without calibration
   * @param quality with that calibration
   */
  record Tried(ShotPlan plan, PromptCandidate candidate, double plain, double quality) {}

  /**
   * What the search found.
   *
   * @param zeroShot calibrated as does best on dev
   * @param fewShot the best by dev quality; empty if none was tried
   * @param tried few-shot prompts that were tried
   * @param cut what ended the search early
   */
  record Found(
      PromptCandidate zeroShot,
      Optional<PromptCandidate> fewShot,
      int tried,
      Optional<String> cut) {}

  PromptSearch(Climb climb) {
    this.climb = climb;
    this.task = climb.task();
    this.dev = task.split(Split.DEV);
    this.half =
        dev.size() < LEAST_TO_HALVE
            ? dev
            : IntStream.range(0, dev.size()).filter(i -> i % 2 == 0).mapToObj(dev::get).toList();
  }

  PromptCandidate zeroShot() {
    return PromptCandidate.zeroShot(task, climb.prompt().ref(), climb.prompt().opener());
  }

  /** How many demonstrations are tried; none where they do not fit the context. */
  List<Integer> shots() {
    int classes = task.choices().size();
    int most = classes > 8 ? Math.min(classes, MOST_SHOTS) : 15;
    List<Integer> wanted = climb.request().quick() ? List.of(4, 8) : List.of(4, 8, most);
    return wanted.stream().filter(k -> k <= task.split(Split.TRAIN).size()).toList();
  }

  /** How many prompts are screened, about; for the forecast. */
  int planned() {
    return plans().size() + (climb.request().quick() ? 0 : SETS * ORDERS);
  }

  Found run() {
    PromptCandidate zeroShot = zeroShot();
    try {
      zeroShot = climb.journal().time("prompt/zero-shot", () -> best(zeroShot(), dev)).candidate();
      climb.journal().time("prompt/few-shot", this::search);
    } catch (BudgetReached reached) {
      cut = Optional.of(reached.getMessage());
    }
    climb.findings().put("demonstrations", spread());
    Optional<Tried> best = ranked(finals.isEmpty() ? screened : finals).stream().findFirst();
    return new Found(zeroShot, best.map(Tried::candidate), screened.size(), cut);
  }

  private boolean search() {
    screen(plans());
    if (!climb.request().quick()) {
      screen(moreOfTheLeader());
    }
    List<Tried> kept = ranked(screened).subList(0, (screened.size() + 1) / 2);
    for (Tried each : kept) {
      finals.add(half.size() == dev.size() ? each : tried(each.plan(), fewShot(each.plan()), dev));
    }
    return true;
  }

  private void screen(List<ShotPlan> plans) {
    for (ShotPlan plan : plans) {
      PromptCandidate candidate = fewShot(plan);
      if (fits(candidate)) {
        screened.add(tried(plan, candidate, half));
      } else {
        climb.warn(
            "prompt: %d demonstrations do not fit the context of %d tokens and were not tried."
                .formatted(plan.k(), climb.bench().contextLength()));
      }
    }
  }

  private PromptCandidate fewShot(ShotPlan plan) {
    return PromptCandidate.fewShot(task, plan, climb.prompt().ref(), climb.prompt().opener());
  }

  private Tried tried(ShotPlan plan, PromptCandidate candidate, List<Example> examples) {
    Read best = best(candidate, examples);
    return new Tried(plan, best.candidate(), best.plain(), best.quality());
  }

  /** A prompt with the calibration that does best, and what it would do without. */
  private record Read(PromptCandidate candidate, double plain, double quality) {}

  /**
   * The calibration that does best on some of dev; among equals the one that asks less. The
   * requests are the same for all, so that each costs its few calibration questions only.
   */
  private Read best(PromptCandidate prompt, List<Example> examples) {
    double plain = quality(prompt, examples);
    Read best = new Read(prompt, plain, plain);
    for (Calibration how : calibrations()) {
      PromptCandidate calibrated = prompt.calibrated(how);
      double quality = quality(calibrated, examples);
      if (quality > best.quality()) {
        best = new Read(calibrated, plain, quality);
      }
    }
    return best;
  }

  private double quality(PromptCandidate candidate, List<Example> examples) {
    Trial trial = climb.trial(candidate, Split.DEV, examples);
    return climb.trials().quality(trial, examples);
  }

  private List<Calibration> calibrations() {
    if (climb.mode() != AnswerMode.CHOOSE) {
      return List.of();
    }
    return climb.request().quick()
        ? List.of(Calibration.CONTEXTUAL, Calibration.BATCH)
        : List.of(Calibration.CONTEXTUAL, Calibration.DOMAIN, Calibration.BATCH);
  }

  /** Quick: six prompts. Else two sets for each number and selection. */
  private List<ShotPlan> plans() {
    List<ShotPlan> plans = new ArrayList<>();
    for (int k : shots()) {
      if (!task.closed()) {
        add(plans, k, Selection.RANDOM, climb.request().quick() ? 3 : 2);
      } else if (climb.request().quick()) {
        add(plans, k, Selection.BALANCED, k > 4 ? 3 : 2);
        add(plans, k, Selection.RANDOM, k > 4 ? 1 : 0);
      } else {
        add(plans, k, Selection.BALANCED, 2);
        add(plans, k, Selection.RANDOM, 2);
      }
    }
    return plans;
  }

  private void add(List<ShotPlan> plans, int k, Selection selection, int sets) {
    for (int set = 0; set < sets; set++) {
      plans.add(new ShotPlan(k, selection, seed(set), 0));
    }
  }

  private long seed(int set) {
    return climb.request().seed() * 10 + set;
  }

  /** Five demonstration sets in two orders each for the number and selection that lead. */
  private List<ShotPlan> moreOfTheLeader() {
    List<ShotPlan> more = new ArrayList<>();
    ranked(screened).stream()
        .findFirst()
        .map(Tried::plan)
        .ifPresent(
            leader -> {
              for (int set = 0; set < SETS; set++) {
                for (int order = 0; order < ORDERS; order++) {
                  ShotPlan plan = new ShotPlan(leader.k(), leader.selection(), seed(set), order);
                  if (screened.stream().noneMatch(tried -> tried.plan().equals(plan))) {
                    more.add(plan);
                  }
                }
              }
            });
    return more;
  }

  /** Whether the longest example of dev or test still fits, answer included. */
  private boolean fits(PromptCandidate candidate) {
    if (candidate.model().remote()) {
      return true; // its context is not known here; what does not fit is counted as failed
    }
    int longest = 0;
    for (Split split : List.of(Split.DEV, Split.TEST)) {
      Optional<Example> widest =
          task.split(split).stream().max(Comparator.comparingInt(example -> length(example)));
      if (widest.isPresent()) {
        longest =
            Math.max(
                longest,
                climb
                    .bench()
                    .promptTokens(candidate.question(widest.get(), climb.mode()).messages()));
      }
    }
    return longest + climb.decoding().maxTokens() <= climb.bench().contextLength();
  }

  private static int length(Example example) {
    return example.input().length()
        + example.history().stream().mapToInt(turn -> turn.content().length()).sum();
  }

  /** By quality; among equals fewer demonstrations, then the one tried first. */
  private static List<Tried> ranked(List<Tried> some) {
    return some.stream()
        .sorted(
            Comparator.comparingDouble((Tried tried) -> -tried.quality())
                .thenComparingInt(tried -> tried.plan().k()))
        .toList();
  }

  /** How much which demonstrations are shown changes the quality, on the screening half. */
  private List<Map<String, Object>> spread() {
    Map<String, List<Tried>> kinds = new LinkedHashMap<>();
    for (Tried tried : screened) {
      String kind = tried.plan().k() + " " + tried.plan().selection().label();
      kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(tried);
    }
    List<Map<String, Object>> spread = new ArrayList<>();
    for (List<Tried> sets : kinds.values()) {
      var qualities = sets.stream().mapToDouble(Tried::plain).summaryStatistics();
      var calibrated = sets.stream().mapToDouble(Tried::quality).summaryStatistics();
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("k", sets.get(0).plan().k());
      line.put("selection", sets.get(0).plan().selection().label());
      line.put("sets", sets.size());
      line.put("devExamples", half.size());
      line.put("mean", qualities.getAverage());
      line.put("low", qualities.getMin());
      line.put("high", qualities.getMax());
      line.put("calibratedMean", calibrated.getAverage());
      line.put("calibratedLow", calibrated.getMin());
      line.put("calibratedHigh", calibrated.getMax());
      spread.add(line);
    }
    return spread;
  }

  /** What the search came to, in a sentence. */
  String told(Found found) {
    Optional<Tried> best =
        found
            .fewShot()
            .flatMap(
                b ->
                    ranked(finals.isEmpty() ? screened : finals).stream()
                        .filter(tried -> tried.candidate().id().equals(b.id()))
                        .findFirst());
    String reached =
        best.map(
                tried ->
                    String.format(
                        Locale.ROOT,
                        "%d few-shot prompts were tried; the best on dev is %s with %.1f %%.",
                        screened.size(),
                        tried.candidate().id(),
                        100 * tried.quality()))
            .orElse("No few-shot prompt was tried.");
    return reached + found.cut().map(what -> " Cut short by " + what + ".").orElse("");
  }
}
