package dev.tuneworthy.decision;

import dev.tuneworthy.decision.PromptReadings.Reading;
import dev.tuneworthy.decision.Race.Beaten;
import dev.tuneworthy.prompting.Calibration;
import dev.tuneworthy.prompting.PromptCandidate;
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

/**
 * The prompt rung, on <i>dev</i> alone: the wording of the instruction, zero-shot, then few-shot
 * prompts over how many demonstrations, how they are taken, which, and in what order ({@link
 * ShotPlans}), each read in several ways where choices are scored. All are screened on one half of
 * dev, the better half of them goes on to all of it (successive halving, Jamieson and Talwalkar
 * 2016), and who cannot win any more is dropped before ({@link Race}). Which demonstrations a
 * prompt shows matters as much as how many (Zhao et al. 2021), so the spread is kept.
 */
final class PromptSearch {
  private final Climb climb;
  private final ShotPlans shotPlans;
  private final DevOrder order;
  private final SearchLog log = new SearchLog();
  private final Race race;
  private final PromptReadings readings;
  private final PromptLength length;
  private final List<Tried> screened = new ArrayList<>();
  private final List<Tried> finals = new ArrayList<>();
  private Task task;
  private Optional<String> cut = Optional.empty();

  /**
   * A few-shot prompt on the examples of the stage.
   *
   * @param prompt without calibration
   * @param read with the calibration that does best
   */
  record Tried(ShotPlan plan, PromptCandidate prompt, Reading read) {
    PromptCandidate candidate() {
      return read.candidate();
    }

    double quality() {
      return read.quality();
    }
  }

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
    this.shotPlans = new ShotPlans(task, climb.request().quick(), climb.request().seed());
    this.order = DevOrder.of(task.split(Split.DEV), climb.request().seed());
    this.race = new Race(shotPlans.most() * PromptReadings.ways(climb));
    this.readings = new PromptReadings(climb, race, log);
    this.length = new PromptLength(climb);
  }

  PromptCandidate zeroShot() {
    return PromptCandidate.zeroShot(task, climb.prompt().ref(), climb.prompt().opener());
  }

  /** How many demonstrations are tried at first; none where they do not fit the context. */
  List<Integer> shots() {
    return shotPlans.shots();
  }

  /**
   * A prompt that the search will ask, for the forecast.
   *
   * @param prompt itself; any where it is not known which it will be
   * @param times how many such prompts there are
   * @param examples of dev that it is asked
   * @param calibrating questions that calibrate it
   * @param shown whether it has demonstrations
   */
  record Planned(
      PromptCandidate prompt,
      int times,
      int examples,
      int calibrating,
      boolean known,
      boolean shown) {}

  /** What the search will ask: zero-shot, what is screened, then those that lead. */
  List<Planned> outline() {
    PromptCandidate zeroShot = zeroShot();
    int calibrating =
        PromptReadings.calibrations(climb).stream()
            .filter(how -> how != Calibration.BATCH) // its questions are asked anyway
            .mapToInt(how -> zeroShot.calibrated(how).calibrationQuestions().size())
            .sum();
    List<Planned> planned = new ArrayList<>();
    int half = order.half();
    int all = order.examples().size();
    planned.add(new Planned(zeroShot, 1, all, calibrating, true, false));
    for (ShotPlan plan : shotPlans.first()) {
      planned.add(new Planned(prompt(plan), 1, half, calibrating, true, true));
    }
    int screening = planned.size() - 1;
    if (screening > 0 && !climb.request().quick()) {
      int more = shotPlans.setsMore();
      planned.add(new Planned(zeroShot, more, half, calibrating, false, true));
      screening += more;
    }
    if (screening > 0 && half < all) {
      int rest = all - half;
      planned.add(new Planned(zeroShot, (screening + 1) / 2, rest, 0, false, true));
    }
    return planned;
  }

  Found run() {
    PromptCandidate zeroShot = zeroShot();
    try {
      task = climb.journal().time("prompt/wording", new WordingSearch(climb, order, log)::best);
      zeroShot = climb.journal().time("prompt/zero-shot", this::readZeroShot);
      climb.journal().time("prompt/few-shot", this::search);
    } catch (BudgetReached reached) {
      cut = Optional.of(reached.getMessage());
    }
    climb.findings().put("demonstrations", spread());
    climb.findings().put("promptSearch", told());
    Optional<Tried> best = ranked(finals.isEmpty() ? screened : finals).stream().findFirst();
    return new Found(zeroShot, best.map(Tried::candidate), screened.size(), cut);
  }

  /** It does not run in the race, which is among few-shot prompts. */
  private PromptCandidate readZeroShot() {
    return new PromptReadings(climb, new Race(2), log)
        .read(zeroShot(), order.examples())
        .candidate();
  }

  private boolean search() {
    screen(shotPlans.first());
    if (!climb.request().quick()) {
      screenMoreShots();
      leader().ifPresent(leader -> screen(shotPlans.moreSets(leader.plan())));
    }
    List<Tried> in = new ArrayList<>(ranked(screened));
    in.removeIf(this::beaten);
    List<Tried> kept = in.subList(0, (in.size() + 1) / 2);
    for (int i = kept.size(); i < in.size(); i++) {
      log.dropped(
          in.get(i).prompt().id(), SearchLog.halved("prompt", i + 1, in.size(), order.half()));
    }
    finish(kept);
    return true;
  }

  /** Up to the context, as long as more demonstrations do better. */
  private void screenMoreShots() {
    Optional<Tried> leader = leader();
    while (leader.isPresent()) {
      List<ShotPlan> more = shotPlans.more(leader.get().plan(), plan -> length.fits(prompt(plan)));
      screen(more);
      Optional<Tried> now = leader();
      leader = now.filter(tried -> more.contains(tried.plan()));
    }
  }

  private Optional<Tried> leader() {
    return ranked(screened).stream().findFirst();
  }

  private void screen(List<ShotPlan> plans) {
    List<ShotPlan> in = new ArrayList<>();
    for (ShotPlan plan : plans) {
      if (screened.stream().anyMatch(tried -> tried.plan().equals(plan))) {
        continue;
      }
      if (length.fits(prompt(plan))) {
        in.add(plan);
      } else {
        climb.warn(
            "prompt: %d demonstrations do not fit the context of %d tokens and were not tried."
                .formatted(plan.k(), climb.bench().contextLength()));
      }
    }
    screened.addAll(run(in, order.screening(climb.mode())));
  }

  private void finish(List<Tried> kept) {
    if (order.finals().isEmpty()) {
      finals.addAll(kept);
    } else {
      finals.addAll(run(kept.stream().map(Tried::plan).toList(), order.finals()));
      finals.removeIf(this::beaten);
    }
  }

  /** Asks prompts up to each look; who is beaten at one is not asked up to the next. */
  private List<Tried> run(List<ShotPlan> plans, List<Integer> looks) {
    Map<ShotPlan, Tried> tried = new LinkedHashMap<>();
    List<ShotPlan> in = new ArrayList<>(plans);
    for (int n : looks) {
      List<Example> examples = order.first(n);
      for (ShotPlan plan : in) {
        PromptCandidate prompt = prompt(plan);
        tried.put(plan, new Tried(plan, prompt, readings.read(prompt, examples)));
      }
      in.removeIf(plan -> beaten(tried.get(plan)));
    }
    return List.copyOf(tried.values());
  }

  private boolean beaten(Tried tried) {
    Optional<Beaten> by = readings.beaten(tried.prompt());
    by.ifPresent(why -> log.dropped(tried.prompt().id(), why.told()));
    return by.isPresent();
  }

  private PromptCandidate prompt(ShotPlan plan) {
    return PromptCandidate.fewShot(task, plan, climb.prompt().ref(), climb.prompt().opener());
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
      var qualities = sets.stream().mapToDouble(tried -> tried.read().plain()).summaryStatistics();
      var calibrated = sets.stream().mapToDouble(Tried::quality).summaryStatistics();
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("k", sets.get(0).plan().k());
      line.put("selection", sets.get(0).plan().selection().label());
      line.put("sets", sets.size());
      line.put("devExamples", order.half());
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

  /** What each prompt was asked and why it was dropped. */
  private Map<String, Object> told() {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("order", "every second example first, each half in random order");
    told.put("instruction", task.wording());
    told.put("alpha", Race.ALPHA);
    told.put("logThreshold", race.threshold());
    told.put("effort", log.effort());
    told.put("candidates", log.candidates());
    return told;
  }

  private String raced() {
    long beaten =
        screened.stream().filter(one -> readings.beaten(one.prompt()).isPresent()).count();
    return beaten == 0 ? "" : ", " + beaten + " of them dropped as soon as they could not win";
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
                        "%d few-shot prompts were tried%s; the best on dev is %s with %.1f %%.",
                        screened.size(),
                        raced(),
                        tried.candidate().id(),
                        100 * tried.quality()))
            .orElse("No few-shot prompt was tried.");
    return reached + found.cut().map(what -> " Cut short by " + what + ".").orElse("");
  }
}
