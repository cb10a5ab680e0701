package dev.tuneworthy.report;

import dev.tuneworthy.decision.DecisionRecord;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import io.quarkus.qute.ValueResolvers;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The report as one page. Every value is escaped by the engine; only the style sheet and the
 * pictures, which escape their own texts, go in as they are.
 */
final class HtmlReport {
  private static final String STYLE = resource("report.css");
  private static final Template PAGE =
      Engine.builder()
          .addDefaults()
          .addValueResolver(new ReflectionValueResolver())
          .addValueResolver(ValueResolvers.rawResolver())
          .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML)))
          .strictRendering(true)
          .build()
          .parse(resource("report.html"), Variant.forContentType(Variant.TEXT_HTML));

  private HtmlReport() {}

  static String of(DecisionRecord record) {
    ReportWording wording = new ReportWording(record);
    ReportView view = wording.view();
    return PAGE.data("r", view)
        .data("style", STYLE)
        .data("asksQuality", wording.minimumQuality().isPresent())
        .data("candidateChart", candidateChart(wording))
        .data(
            "comparisonChart",
            record.comparisons().isEmpty() ? "" : new ComparisonChart(record.comparisons()).draw())
        .data("retentionCharts", retentionCharts(record))
        .data("breakEvenChart", breakEvenChart(wording, record))
        .data(
            "mitigationChart",
            record.mitigation().map(searched -> new MitigationChart(searched).draw()).orElse(""))
        .render();
  }

  private static String candidateChart(ReportWording wording) {
    if (wording.finalists().isEmpty()) {
      return "";
    }
    return new CandidateChart(
            wording.finalists(),
            wording.foremost().map(DecisionRecord.CandidatePart::id),
            wording.minimumQuality(),
            wording.costTitle())
        .draw();
  }

  private static String breakEvenChart(ReportWording wording, DecisionRecord record) {
    return record
        .breakEven()
        .curves()
        .map(
            curves ->
                new BreakEvenChart(
                        record.breakEven(),
                        curves,
                        wording.requestsPerMonth(),
                        wording.horizonMonths())
                    .draw())
        .orElse("");
  }

  /** By mode. */
  private static Map<String, String> retentionCharts(DecisionRecord record) {
    return record.retention().stream()
        .flatMap(part -> part.modes().stream())
        .collect(
            Collectors.toMap(
                DecisionRecord.RetentionModePart::mode,
                mode -> new RetentionChart(mode).draw(),
                (first, second) -> first));
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(
            HtmlReport.class.getResourceAsStream("/report/" + name),
            "the template is part of the program")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
