package dev.tuneworthy.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.ExampleRecords;
import dev.tuneworthy.decision.Verdict;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.InputSource;

class ReportWriterTest {
  private static final Pattern PICTURE = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);

  static DecisionRecord[] records() {
    return new DecisionRecord[] {
      ExampleRecords.tune(),
      ExampleRecords.prompt(),
      ExampleRecords.neither(),
      ExampleRecords.inconclusive(),
      bare()
    };
  }

  @ParameterizedTest
  @MethodSource("records")
  void pageFetchesNothingAndRunsNothing(DecisionRecord record) {
    assertThat(ReportWriter.html(record))
        .startsWith("<!doctype html>")
        .doesNotContainIgnoringCase("<script", "http://", "https://", "url(", "@import", "src=")
        .doesNotContain("Optional[", "{r.", "null");
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyPictureIsWellFormedAndHasATextForWhoDoesNotSeeIt(DecisionRecord record)
      throws Exception {
    Matcher pictures = PICTURE.matcher(ReportWriter.html(record));
    while (pictures.find()) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(pictures.group())));
      assertThat(pictures.group()).contains("role=\"img\"", "<title", "<desc");
    }
  }

  @Test
  void tellsVerdictAndFiguresOfARecordInWords() {
    assertThat(ReportWriter.html(ExampleRecords.tune()))
        .contains(
            "Fine-tuning is worth it",
            "88.7 %",
            "82.6 to 92.8 %",
            "7,884.10 USD",
            "conversation",
            "41,500 requests a month",
            "6 min 58 s");
    assertThat(ReportWriter.html(ExampleRecords.inconclusive()))
        .contains("Not settled yet", "84 more test examples would settle it", "2.1 points");
  }

  @Test
  void listsTheLabelsThatAPersonShouldLookAt() {
    assertThat(ReportWriter.html(ExampleRecords.tune()))
        .contains("Labels to look at", "train-3: card_declined, dev-9: transfer", "test-17")
        .contains("2 of 2: lora(r=8) 97.0 %, few-shot(k=15) 71.0 %")
        .contains("Why did &lt;b&gt;my&lt;/b&gt; transfer fail?");
    assertThat(ReportWriter.markdown(ExampleRecords.tune())).contains("## Labels to look at");
    assertThat(ReportWriter.html(ExampleRecords.prompt())).doesNotContain("Labels to look at");
  }

  @Test
  void tellsWhetherMoreTrainingDataWouldHelp() {
    String page = ReportWriter.html(ExampleRecords.tune());
    assertThat(page)
        .contains("Would more training data help?", "measured on 150 items of test", "by the curve")
        .contains("From 75 to 300 training examples the quality went from 64.0 to 88.7 %");
    assertThat(ReportWriter.markdown(ExampleRecords.tune()))
        .contains("## Would more training data help?", "| 600 |");
    assertThat(ReportWriter.html(ExampleRecords.prompt()))
        .doesNotContain("more training data help");
  }

  @Test
  void tellsWhatEachSearchAskedAndWhatBecameOfEveryCandidate() {
    String page = ReportWriter.html(ExampleRecords.tune());
    assertThat(page)
        .contains("12 candidates met 768 questions of dev and took 301,200 tokens.")
        .contains("8 balanced", "36.9 % (18.8 % to 53.1 %)", "63.8 % (53.1 % to 78.1 %)")
        .contains("halved: prompt 9 of 14 on 32 items")
        .contains("promptSearch.instruction", "second wording")
        .doesNotContain("promptSearch.candidates", "promptSearch.effort");
    assertThat(ReportWriter.markdown(ExampleRecords.tune()))
        .contains("## How they were found on dev", "| few-shot(k=4) | 32 | 9,177 | halved");
  }

  @Test
  void showsMarkupAsText() {
    assertThat(ReportWriter.html(ExampleRecords.tune()))
        .contains("&lt;b&gt;markup&lt;/b&gt; &amp; an &quot;attribute&quot;")
        .contains("eggs &amp; &lt;cheese&gt;")
        .doesNotContain("<b>markup", "<cheese>");
    assertThat(ReportWriter.markdown(ExampleRecords.tune()))
        .contains("&lt;b&gt;markup&lt;/b&gt; &amp; an")
        .doesNotContain("<b>markup", "<cheese>");
  }

  @Test
  void drawsWhatMitigatingCostsAndKeeps() {
    assertThat(ReportWriter.html(ExampleRecords.tune()))
        .contains(
            "Quality on the task against what is lost",
            "1 lora(r=8,seed=1): quality 91.0 %, lost 26.8 %",
            "3 lora(r=8): quality 92.0 %, lost 1.4 %");
    assertThat(ReportWriter.html(ExampleRecords.prompt()))
        .doesNotContain("Quality on the task against what is lost");
  }

  @Test
  void drawsTheCurvesAroundTheBreakEven() {
    assertThat(ReportWriter.html(ExampleRecords.tune()))
        .contains(
            "Cost of prompting and of tuning",
            "They cost the same at 41,500 requests; at 100,000 requests a month 15768.03 against",
            "USD over 12 months",
            "class=\"ring\"");
    assertThat(ReportWriter.markdown(ExampleRecords.tune()))
        .contains("| 1 month | 41,500 requests a month |", "| 12 months | none |");
    assertThat(ReportWriter.html(ExampleRecords.prompt()))
        .doesNotContain("Cost of prompting and of tuning");
  }

  @Test
  void saysWhatTheEndOfAModelDoesToTheCost() {
    assertThat(ReportWriter.html(ExampleRecords.tune()))
        .contains(
            "gpt-4o-mini is sold until 2027-03-31",
            "4 months into the horizon",
            "adds 0.25 USD to the cost of few-shot(k=15)");
  }

  @Test
  void escapesAHostileNameInPicturesToo() {
    DecisionRecord hostile = withTask("</svg><script>alert(1)</script>", "<img src=x>|`#[](");
    assertThat(ReportWriter.html(hostile)).doesNotContain("<script", "<img");
    assertThat(ReportWriter.markdown(hostile))
        .doesNotContain("<script", "<img")
        .contains("\\|\\`\\#\\[\\](");
  }

  @Test
  void neverShowsAnUnknownPriceAsZero() {
    assertThat(ReportWriter.html(ExampleRecords.inconclusive()))
        .contains("unknown")
        .doesNotContain("0.00 USD");
  }

  @Test
  void saysWhatIsLostAsDeployedAndWereTheAdapterAlwaysOn() {
    // 58.3 to 26.2 % in generate, of which 2 % of other traffic meets the adapter.
    assertThat(ReportWriter.html(ExampleRecords.tune()))
        .contains("counts: 0.6 points of all other answers in the worse mode")
        .contains("against 32.1 points were it always on.")
        .contains("Neutral prose takes 1.094 bits a byte, before it took 1.061.")
        .contains("diverges from it by 0.371 nats a token");
  }

  @Test
  void saysThatRetentionWasNotMeasured() {
    assertThat(ReportWriter.html(ExampleRecords.prompt())).contains("Not measured");
    assertThat(ReportWriter.markdown(ExampleRecords.prompt())).contains("Not measured");
  }

  @Test
  void isTheSameInEveryLanguageSetting() {
    Locale before = Locale.getDefault();
    String expected = ReportWriter.html(ExampleRecords.tune());
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(ReportWriter.html(ExampleRecords.tune())).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void writesBothFilesWhole(@TempDir Path folder) {
    ReportWriter.write(ExampleRecords.neither(), folder);
    assertThat(folder.resolve("report.html")).content().contains("Neither is good enough");
    assertThat(folder.resolve("report.md")).content().startsWith("# Neither is good enough");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("report.html", "report.md");
  }

  @Test
  void markdownTablesHaveAsManyCellsAsTheirHeads() {
    List<String> lines = ReportWriter.markdown(ExampleRecords.tune()).lines().toList();
    int cells = 0;
    for (String line : lines) {
      int found = line.startsWith("|") ? line.split("(?<!\\\\)\\|", -1).length : 0;
      assertThat(cells == 0 || found == 0 || found == cells).as(line).isTrue();
      cells = found;
    }
  }

  /** A record with nothing in it that may be absent. */
  private static DecisionRecord bare() {
    DecisionRecord full = ExampleRecords.neither();
    return new DecisionRecord(
        "1",
        "bare",
        Verdict.NEITHER,
        Optional.empty(),
        "Nothing was measured.",
        Optional.empty(),
        Optional.empty(),
        full.task(),
        new DecisionRecord.PolicyPart("p", "0".repeat(64), Map.of()),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        new DecisionRecord.BreakEvenPart(Optional.empty(), "", ""),
        List.of(),
        List.of(),
        new DecisionRecord.SpentPart(0, 0, "unknown"),
        Map.of());
  }

  private static DecisionRecord withTask(String candidate, String task) {
    DecisionRecord full = ExampleRecords.prompt();
    DecisionRecord.CandidatePart part = full.candidates().get(0);
    return new DecisionRecord(
        "1",
        task,
        Verdict.PROMPT,
        Optional.of(candidate),
        task,
        Optional.empty(),
        Optional.empty(),
        new DecisionRecord.TaskPart(task, "0".repeat(64), full.task().examples()),
        full.policy(),
        full.models(),
        full.rungs(),
        List.of(
            new DecisionRecord.CandidatePart(
                candidate,
                part.approach(),
                task,
                part.split(),
                part.mode(),
                part.n(),
                part.scored(),
                part.failed(),
                part.quality(),
                part.tokens(),
                part.latencyMillis(),
                part.cost())),
        List.of(),
        Optional.empty(),
        List.of(),
        full.breakEven(),
        List.of(),
        List.of(task),
        full.spent(),
        Map.of(task, task));
  }
}
