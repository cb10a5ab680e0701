package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.DecisionRecord.ForecastErrorPart;
import dev.tuneworthy.decision.DecisionRecord.RungPart;
import dev.tuneworthy.decision.Verdict;
import dev.tuneworthy.report.ReportView.Callout;
import dev.tuneworthy.report.ReportView.CandidateRow;
import dev.tuneworthy.report.ReportView.ComparisonRow;
import dev.tuneworthy.report.ReportView.Entry;
import dev.tuneworthy.report.ReportView.GateRow;
import dev.tuneworthy.report.ReportView.RungRow;
import dev.tuneworthy.report.ReportView.Spent;
import dev.tuneworthy.report.ReportView.Tile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Puts a decision record into words; computes nothing that the record does not hold. */
final class ReportWording {
  private static final int MOST_ENTRIES = 200;
  private static final Set<Integer> SHOWN_MONTHS = Set.of(1, 3, 6, 12, 24, 36, 60, 120);

  private final DecisionRecord record;

  ReportWording(DecisionRecord record) {
    this.record = record;
  }

  ReportView view() {
    return new ReportView(
        record.id(),
        record.verdict().name(),
        "v-" + record.verdict().name().toLowerCase(Locale.ROOT),
        headline(record.verdict()),
        record.summary(),
        record.task().name(),
        record.policy().name(),
        examples(),
        traffic(),
        tiles(),
        callouts(),
        record.warnings(),
        costTitle(),
        record.candidates().stream().map(this::candidate).toList(),
        record.comparisons().stream().map(ReportWording::comparison).toList(),
        record.retention().stream().map(RetentionWording::of).toList(),
        record.mitigation().stream().map(RetentionWording::of).toList(),
        record.labels().stream().flatMap(LabelWording::of).toList(),
        record.learningCurve().stream().map(CurveWording::of).toList(),
        record.gates().stream().map(ReportWording::gate).toList(),
        SearchWording.of(record.provenance()),
        SearchWording.shots(record.provenance()),
        breakEven(),
        horizons(),
        record.flips(),
        record.rungs().stream().map(this::rung).toList(),
        new Spent(
            Figures.duration(record.spent().seconds()),
            Figures.count(record.spent().tokens()),
            Figures.money(record.spent().money(), "USD"),
            forecast()),
        record.models(),
        provenance());
  }

  /** The candidate to show first: the recommended one, the one leaned towards, or the best. */
  Optional<CandidatePart> foremost() {
    Optional<String> named =
        record.recommended().or(() -> record.leaning().map(DecisionRecord.Leaning::candidate));
    List<CandidatePart> shown = finalists();
    return named.isPresent()
        ? shown.stream().filter(one -> one.id().equals(named.get())).findFirst()
        : shown.stream().max(Comparator.comparingDouble(one -> one.quality().value()));
  }

  /** Those that met the test split; all, if none got that far. */
  List<CandidatePart> finalists() {
    List<CandidatePart> tested =
        record.candidates().stream().filter(one -> one.split().equals("test")).toList();
    return tested.isEmpty() ? record.candidates() : tested;
  }

  Optional<Double> minimumQuality() {
    return policy("quality", "minimum", Number.class).map(Number::doubleValue);
  }

  Optional<Long> requestsPerMonth() {
    return policy("traffic", "requestsPerMonth", Number.class).map(Number::longValue);
  }

  Optional<Integer> horizonMonths() {
    return policy("traffic", "horizonMonths", Number.class).map(Number::intValue);
  }

  String costTitle() {
    return horizonMonths()
        .map(months -> "Cost over " + months + " months")
        .orElse("Cost over the horizon");
  }

  private static String headline(Verdict verdict) {
    return switch (verdict) {
      case TUNE -> "Fine-tuning is worth it";
      case PROMPT -> "A prompt does";
      case NEITHER -> "Neither is good enough";
      case INCONCLUSIVE -> "Not settled yet";
    };
  }

  private String examples() {
    DecisionRecord.ExampleCounts counts = record.task().examples();
    return "%s to train, %s to choose, %s to test"
        .formatted(
            Figures.count(counts.train()),
            Figures.count(counts.dev()),
            Figures.count(counts.test()));
  }

  private String traffic() {
    return requestsPerMonth()
        .map(requests -> Figures.count(requests) + " requests a month")
        .orElse("");
  }

  private List<Tile> tiles() {
    return foremost().map(this::tiles).orElse(List.of());
  }

  private List<Tile> tiles(CandidatePart one) {
    String label =
        switch (record.verdict()) {
          case TUNE, PROMPT -> "Recommended";
          case INCONCLUSIVE -> "Leaning towards";
          case NEITHER -> "Best, and not enough";
        };
    List<Tile> tiles = new ArrayList<>();
    tiles.add(new Tile(label, one.id(), "on " + one.model()));
    tiles.add(
        new Tile(
            "Quality (" + one.quality().metric() + ")",
            Figures.percent(one.quality().value()),
            Figures.interval(one.quality().low(), one.quality().high())
                + ", "
                + Figures.count(one.n())
                + " "
                + one.split()
                + " examples"));
    tiles.add(
        new Tile(
            "Cost a month",
            Figures.money(one.cost().perMonth(), one.cost().currency()),
            "a request: " + Figures.money(one.cost().perRequest(), one.cost().currency())));
    tiles.add(
        one.latencyMillis()
            .map(
                latency ->
                    new Tile(
                        "Latency, p95",
                        Figures.millis(latency.p95()),
                        "half under "
                            + Figures.millis(latency.p50())
                            + (latency.note().isEmpty() ? "" : "; " + latency.note())))
            .orElse(new Tile("Latency, p95", "not measured", "")));
    return tiles;
  }

  private List<Callout> callouts() {
    List<Callout> callouts = new ArrayList<>();
    record
        .moreExamples()
        .ifPresent(
            more ->
                callouts.add(
                    new Callout(
                        Figures.count(more.testExamples()) + " more test examples would settle it",
                        more.question())));
    record
        .leaning()
        .ifPresent(
            leaning ->
                callouts.add(
                    new Callout(
                        "The figures lean towards " + leaning.candidate(),
                        sentence(leaning.why())
                            + " Choosing it now is expected to cost "
                            + String.format(
                                Locale.ROOT, "%.1f points", leaning.expectedRegret() * 100)
                            + " of quality.")));
    record.endOfLife().ifPresent(end -> callouts.add(endOfLife(end)));
    return callouts;
  }

  private static Callout endOfLife(DecisionRecord.EndOfLifePart end) {
    return new Callout(
        end.model() + " is sold until " + end.day(),
        "That is "
            + end.months()
            + " months into the horizon. Finding another model then adds "
            + Figures.money(end.addedCost(), "USD")
            + " to the cost of "
            + String.join(", ", end.candidates())
            + "; its price is taken to stay the same.");
  }

  /** With a capital at the start and a full stop at the end. */
  private static String sentence(String text) {
    if (text.isEmpty()) {
      return "";
    }
    String start = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    return start.endsWith(".") ? start : start + ".";
  }

  private CandidateRow candidate(CandidatePart one) {
    String currency = one.cost().currency();
    return new CandidateRow(
        one.id(),
        foremost().filter(one::equals).isPresent(),
        one.model(),
        one.split(),
        one.mode(),
        Figures.count(one.n()),
        Figures.count(one.failed()),
        Figures.percent(one.quality().value()),
        Figures.interval(one.quality().low(), one.quality().high()),
        Figures.tokens(one.tokens().cached())
            + " / "
            + Figures.tokens(one.tokens().fresh())
            + " / "
            + Figures.tokens(one.tokens().output()),
        one.latencyMillis().map(latency -> Figures.millis(latency.p50())).orElse("–"),
        one.latencyMillis().map(latency -> Figures.millis(latency.p95())).orElse("–"),
        one.latencyMillis().map(DecisionRecord.LatencyPart::note).orElse(""),
        Figures.money(one.cost().perRequest(), currency),
        Figures.money(one.cost().perMonth(), currency),
        Figures.money(one.cost().overHorizon(), currency));
  }

  private static ComparisonRow comparison(DecisionRecord.ComparisonPart one) {
    return new ComparisonRow(
        one.a(),
        one.b(),
        Figures.points(one.difference()),
        Figures.points(one.low()) + " to " + Figures.points(one.high()),
        Figures.count(one.onlyA()),
        Figures.count(one.onlyB()),
        Figures.probability(one.p()),
        one.method());
  }

  private static GateRow gate(DecisionRecord.GatePart one) {
    return new GateRow(
        one.candidate(),
        one.gate(),
        RetentionChart.words(one.status()),
        RetentionChart.tone(one.status()),
        one.observed(),
        one.required(),
        one.reason());
  }

  private String breakEven() {
    DecisionRecord.BreakEvenPart part = record.breakEven();
    return part.requestsPerMonth()
        .map(
            requests ->
                Figures.count(Math.round(requests))
                    + " requests a month; above that "
                    + part.cheaperAbove()
                    + " is the cheaper. "
                    + part.reason())
        .orElse("There is no break-even volume. " + part.reason());
  }

  /** The break-even at some horizons, for those who do not see the picture. */
  private List<Entry> horizons() {
    return record.breakEven().curves().stream()
        .flatMap(curves -> curves.byHorizon().stream())
        .filter(point -> SHOWN_MONTHS.contains(point.months()))
        .map(
            point ->
                new Entry(
                    point.months() + (point.months() == 1 ? " month" : " months"),
                    point
                        .breakEven()
                        .map(at -> Figures.count(Math.round(at)) + " requests a month")
                        .orElse("none")))
        .toList();
  }

  private RungRow rung(RungPart one) {
    double all = record.rungs().stream().mapToDouble(RungPart::seconds).sum();
    boolean done = one.status().equals("done");
    return new RungRow(
        one.rung(),
        one.status(),
        one.reason(),
        done ? Figures.duration(one.seconds()) : "–",
        said(one.rung()),
        done ? Figures.count(one.tokens()) : "–",
        String.format(Locale.ROOT, "%.1f", all > 0 ? 100 * one.seconds() / all : 0));
  }

  private String said(String rung) {
    return record.forecastError().stream()
        .flatMap(error -> error.rungs().stream())
        .filter(line -> line.rung().equals(rung) && line.secondsSaid() > 0)
        .map(line -> Figures.duration(line.secondsSaid()))
        .findFirst()
        .orElse("–");
  }

  private String forecast() {
    return record
        .forecastError()
        .map(ForecastErrorPart::all)
        .filter(all -> all.secondsSaid() > 0 && all.tokensSaid() > 0)
        .map(
            all ->
                String.format(
                    Locale.ROOT,
                    "The forecast said %s and %s tokens for the rungs that were climbed; they took"
                        + " %.2f times the time and %.2f times the tokens.",
                    Figures.duration(all.secondsSaid()),
                    Figures.count(all.tokensSaid()),
                    all.secondsTaken() / all.secondsSaid(),
                    (double) all.tokensTaken() / all.tokensSaid()))
        .orElse("");
  }

  private List<Entry> provenance() {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry("task.sha256", record.task().sha256()));
    entries.add(new Entry("policy.sha256", record.policy().sha256()));
    flatten("", record.provenance(), entries);
    entries.removeIf(entry -> SearchWording.tells(entry.name()));
    return entries.size() <= MOST_ENTRIES ? entries : entries.subList(0, MOST_ENTRIES);
  }

  private static void flatten(String prefix, Map<?, ?> map, List<Entry> entries) {
    Map<String, Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
    sorted.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner) {
            flatten(prefix + key + ".", inner, entries);
          } else {
            entries.add(new Entry(prefix + key, shown(value)));
          }
        });
  }

  private static String shown(Object value) {
    return value instanceof Collection<?> several
        ? several.stream().map(String::valueOf).collect(Collectors.joining(", "))
        : String.valueOf(value);
  }

  /** A value of the policy's content, if it is there and of that type. */
  private <T> Optional<T> policy(String section, String key, Class<T> type) {
    return Optional.ofNullable(record.policy().content().get(section))
        .filter(Map.class::isInstance)
        .map(part -> ((Map<?, ?>) part).get(key))
        .filter(type::isInstance)
        .map(type::cast);
  }
}
