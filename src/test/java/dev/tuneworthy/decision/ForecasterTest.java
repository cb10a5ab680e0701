package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.decision.DecisionRecord.ForecastErrorLine;
import dev.tuneworthy.decision.DecisionRecord.ForecastErrorPart;
import dev.tuneworthy.decision.FakeBench.Skill;
import dev.tuneworthy.task.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecasterTest {
  private static final Skill SKILL = new Skill(0.4, 0.6, 0.97, 0);

  @TempDir Path folder;
  private LadderFixture fixture;

  @BeforeEach
  void standsInTheFolder() {
    fixture = new LadderFixture(folder);
  }

  @Test
  void countsTheTokensOfPromptsAsTheyAreSpent() {
    Task task = LadderFixture.task(150);
    DecisionRecord record = fixture.decide(task, SKILL, LadderFixture.PLAIN, "a");

    ForecastErrorPart error = record.forecastError().orElseThrow();
    // What is not known before is which prompts lead, and so how many demonstrations they have.
    assertThat(line(error, "prompt").tokensRatio().orElseThrow()).isCloseTo(1, within(0.15));
  }

  @Test
  void saysForConfirmingAtMostWhatTheLongestPromptTakes() {
    Task task = LadderFixture.task(150);
    FakeBench bench = new FakeBench(task, SKILL);
    DecisionRequest request = LadderFixture.request(task, LadderFixture.PLAIN);
    Forecast.Rung said = fixture.ladder(bench).forecast(request, false, step -> {}).rung("confirm");
    DecisionRecord record = fixture.ladder(bench).decide(request, fixture.at("a"), step -> {});

    long taken = LadderFixture.rung(record, "confirm").tokens();
    assertThat(taken).isLessThanOrEqualTo(said.atMost().tokens());
    assertThat((double) taken / said.tokens()).isBetween(0.6, 1.4);
  }

  @Test
  void holdsWhatWasSaidAgainstWhatWasTaken() {
    DecisionRecord record =
        fixture.decide(LadderFixture.task(150), SKILL, LadderFixture.PLAIN, "a");
    ForecastErrorPart error = record.forecastError().orElseThrow();

    for (ForecastErrorLine line : error.rungs()) {
      DecisionRecord.RungPart rung = LadderFixture.rung(record, line.rung());
      assertThat(line.tokensTaken()).as(line.rung()).isEqualTo(rung.tokens());
      assertThat(line.secondsTaken()).as(line.rung()).isEqualTo(rung.seconds());
    }
    assertThat(error.all().tokensTaken())
        .isEqualTo(error.rungs().stream().mapToLong(ForecastErrorLine::tokensTaken).sum());
    assertThat(error.rungs()).extracting(ForecastErrorLine::rung).doesNotContain("mitigate");
  }

  @Test
  void saysTheSameAsTheDecisionAndAsksNothing() {
    Task task = LadderFixture.task(150);
    FakeBench bench = new FakeBench(task, SKILL);
    DecisionRequest request = LadderFixture.request(task, LadderFixture.PLAIN);

    Forecast forecast = fixture.ladder(bench).forecast(request, false, step -> {});

    assertThat(bench.asked).isZero();
    assertThat(bench.trainings).isZero();
    DecisionRecord record = fixture.ladder(bench).decide(request, fixture.at("a"), step -> {});
    ForecastErrorPart error = record.forecastError().orElseThrow();
    for (ForecastErrorLine line : error.rungs()) {
      assertThat(line.tokensSaid()).isEqualTo(forecast.rung(line.rung()).tokens());
    }
    assertThat(bench.measured).isEqualTo(1);
  }

  @Test
  void leavesNothingBehind() throws Exception {
    Task task = LadderFixture.task(150);
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    long before = scratchFolders(temporary);
    fixture
        .ladder(new FakeBench(task, SKILL))
        .forecast(LadderFixture.request(task, LadderFixture.PLAIN), false, step -> {});
    assertThat(scratchFolders(temporary)).isEqualTo(before);
  }

  @Test
  void countsMeansAgainstForgettingUnderAtMostAlone() {
    Task task = LadderFixture.task(150);
    Forecast forecast = forecast(task, "retention: {deployment: shared}");

    assertThat(forecast.rung("mitigate").seconds()).isZero();
    assertThat(forecast.rung("mitigate").atMost().seconds()).isPositive();
    assertThat(forecast.notes())
        .anyMatch(note -> note.contains("only if the retention gate fails"));
  }

  @Test
  void foreseesNoMeansWhereTheGateCannotFail() {
    Forecast forecast =
        forecast(LadderFixture.task(150), "retention: {deployment: routed, misrouteRate: 0.001}");
    assertThat(forecast.rung("mitigate").atMost().seconds()).isZero();
  }

  @Test
  void neverPromisesMoreThanAtMost() {
    Forecast forecast = forecast(LadderFixture.task(150), LadderFixture.PLAIN);
    for (Forecast.Rung rung : forecast.rungs()) {
      assertThat(rung.atMost().tokens()).as(rung.rung()).isGreaterThanOrEqualTo(rung.tokens());
      assertThat(rung.atMost().seconds()).as(rung.rung()).isGreaterThanOrEqualTo(rung.seconds());
    }
  }

  @Test
  void pricesTheHoursOfThisMachine() {
    Forecast forecast = forecast(LadderFixture.task(150), LadderFixture.PLAIN);
    double hours = forecast.rung("tune").seconds() / 3600;
    assertThat(Double.parseDouble(forecast.rung("tune").money()))
        .isCloseTo(0.9 * hours, within(1e-5));
  }

  @Test
  void doesNotKnowTheMoneyWithoutAPrice() {
    Forecast forecast = forecast(LadderFixture.task(150), "prices: {models: {}}");
    assertThat(forecast.all().money()).isEqualTo("unknown");
  }

  @Test
  void asksTheBaseModelForNothingThatItAnsweredBefore() {
    Task task = LadderFixture.task(150);
    FakeBench bench = new FakeBench(task, SKILL);
    DecisionRequest request = LadderFixture.request(task, LadderFixture.PLAIN);
    Forecast cold = fixture.ladder(bench).forecast(request, false, step -> {});
    fixture.ladder(bench).decide(request, fixture.at("a"), step -> {});
    Forecast warm = fixture.ladder(bench).forecast(request, false, step -> {});

    assertThat(warm.rung("retention").seconds()).isLessThan(cold.rung("retention").seconds());
  }

  @Test
  void isLeftOutWhereTheBudgetHasNoTimeToMeasureTheMachine() {
    Task task = LadderFixture.task(150);
    String hasty = LadderFixture.PLAIN + ", budget: {minutes: 1, tokens: 5000000, money: 5.00}";

    DecisionRequest request = LadderFixture.request(task, hasty);
    FakeBench bench = new FakeBench(task, SKILL);

    DecisionRecord hurried = fixture.ladder(bench).decide(request, fixture.at("a"), step -> {});
    assertThat(LadderFixture.rung(hurried, "forecast").status()).isEqualTo("skipped");
    assertThat(hurried.forecastError()).isEmpty();

    DecisionRequest unhurried = LadderFixture.request(task, LadderFixture.PLAIN);
    fixture.ladder(bench).forecast(unhurried, false, step -> {}); // measures the machine
    DecisionRecord known = fixture.ladder(bench).decide(request, fixture.at("b"), step -> {});
    assertThat(LadderFixture.rung(known, "forecast").status()).isEqualTo("done");
  }

  @Test
  void givesNoRatioWhereNothingWasSaid() {
    Forecast.Rung nothing =
        new Forecast.Rung("prompt", 0, 0, "0.00", new Forecast.Most(0, 0, "0.00"), 0);
    ForecastErrorPart error =
        ForecastError.of(
            new Forecast(List.of(nothing), nothing, false, List.of()),
            List.of(new DecisionRecord.RungPart("prompt", "done", "", 3, 40)));
    assertThat(error.rungs().get(0).tokensRatio()).isEqualTo(Optional.empty());
    assertThat(error.rungs().get(0).tokensTaken()).isEqualTo(40);
  }

  private Forecast forecast(Task task, String policy) {
    return fixture
        .ladder(new FakeBench(task, SKILL))
        .forecast(LadderFixture.request(task, policy), false, step -> {});
  }

  private static ForecastErrorLine line(ForecastErrorPart error, String rung) {
    return error.rungs().stream().filter(l -> l.rung().equals(rung)).findFirst().orElseThrow();
  }

  private static long scratchFolders(Path temporary) throws Exception {
    try (var all = Files.list(temporary)) {
      return all.filter(path -> path.getFileName().toString().startsWith("tuneworthy-")).count();
    }
  }
}
