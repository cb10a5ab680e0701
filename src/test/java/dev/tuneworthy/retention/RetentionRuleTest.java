package dev.tuneworthy.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.retention.PairedItem.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetentionRuleTest {
  private static final RetentionLimits SHARED = RetentionLimits.shared(0.03, 0.05);

  @Test
  void passesWhereNothingWasLost() {
    RetentionJudgement judged =
        judge(SHARED, capability("a", 100, 90, 0, 0), capability("b", 100, 80, 0, 0));

    assertThat(judged.status()).isEqualTo(RetentionStatus.PASS);
    assertThat(judged.modes().get(0).pooled().tally()).isEqualTo(new Tally(200, 170, 0, 0));
    assertThat(statuses(judged)).containsExactly("clear", "clear");
    assertThat(judged.modes().get(0).lost()).isEmpty();
  }

  @Test
  void failsWhereEverythingWearsDown() {
    RetentionJudgement judged =
        judge(SHARED, capability("a", 200, 160, 9, 1), capability("b", 200, 160, 9, 1));

    assertThat(judged.modes().get(0).pooled().status()).isEqualTo("FAIL");
    assertThat(judged.status()).isEqualTo(RetentionStatus.FAIL);
    assertThat(judged.reason()).contains("all capabilities together");
  }

  @Test
  void isUnknownWhereTooFewItemsWereAsked() {
    RetentionJudgement judged = judge(SHARED, capability("a", 30, 28, 0, 0));

    assertThat(judged.status()).isEqualTo(RetentionStatus.UNKNOWN);
    assertThat(judged.modes().get(0).pooled().dropUpper()).isGreaterThan(0.03);
  }

  @Test
  void namesTheOneCapabilityThatWasDestroyed() {
    List<RetentionMeasurement.Capability> all = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      all.add(capability("fine " + i, 100, 90, 0, 0));
    }
    all.add(
        new RetentionMeasurement.Capability(
            "chat", 0.05, items("chat", 100, 90, 12, 0), reserve("chat", 100, 90, 12, 0), 100));

    RetentionJudgement judged = judge(SHARED, all.toArray(RetentionMeasurement.Capability[]::new));

    assertThat(judged.modes().get(0).pooled().status()).isEqualTo("PASS");
    assertThat(judged.status()).isEqualTo(RetentionStatus.FAIL);
    assertThat(judged.reason()).isEqualTo("choose: chat (90 to 78 %)");
    assertThat(judged.modes().get(0).lost()).hasSize(24);
    assertThat(judged.modes().get(0).lost().get(0).before().text()).isEqualTo("right");
  }

  @Test
  void clearsAnAlarmThatTheReserveDoesNotBearOut() {
    RetentionJudgement judged =
        judge(
            SHARED,
            capability("a", 500, 400, 0, 0),
            new RetentionMeasurement.Capability(
                "b", 0.3, items("b", 100, 90, 5, 0), reserve("b", 100, 90, 1, 1), 100));

    assertThat(statuses(judged)).containsExactly("clear", "clear");
    assertThat(judged.status()).isEqualTo(RetentionStatus.PASS);
  }

  @Test
  void isUnknownWhereTheDropIsLargeButNotShown() {
    RetentionJudgement judged =
        judge(
            SHARED,
            capability("a", 900, 800, 0, 0),
            new RetentionMeasurement.Capability(
                "b", 0.3, items("b", 40, 30, 6, 3), reserve("b", 30, 25, 5, 2), 30));

    assertThat(statuses(judged)).containsExactly("clear", "UNKNOWN");
    assertThat(judged.status()).isEqualTo(RetentionStatus.UNKNOWN);
  }

  @Test
  void leavesOutWhatTheBaseModelCannotDo() {
    RetentionJudgement judged =
        judge(SHARED, capability("a", 300, 270, 0, 0), capability("guess", 100, 33, 20, 0));

    assertThat(judged.status()).isEqualTo(RetentionStatus.PASS);
    assertThat(statuses(judged)).containsExactly("clear", "excluded");
    assertThat(judged.modes().get(0).pooled().tally().n()).isEqualTo(300);
    assertThat(judged.modes().get(0).notes()).anyMatch(note -> note.contains("guess"));
  }

  @Test
  void judgesATinyCapabilityOnlyWithinThePool() {
    RetentionJudgement judged =
        judge(SHARED, capability("a", 300, 270, 0, 0), capability("tiny", 8, 8, 1, 0));

    assertThat(statuses(judged)).containsExactly("clear", "too few");
    assertThat(judged.status()).isEqualTo(RetentionStatus.PASS);
    assertThat(judged.modes().get(0).pooled().tally().n()).isEqualTo(308);
  }

  @Test
  void saysNotBindingWhereRoutingKeepsTheLossWithinTheMargin() {
    RetentionMeasurement.Capability ruined = capability("a", 100, 90, 90, 0);

    RetentionJudgement judged =
        judge(new RetentionLimits(true, 0.02, 0.03, 0.05, Optional.empty()), ruined);

    assertThat(judged.status()).isEqualTo(RetentionStatus.NOT_BINDING);
    assertThat(judged.modes().get(0).pooled().dropUpper()).isGreaterThan(0.8);
    assertThat(judge(new RetentionLimits(true, 0.2, 0.03, 0.05, Optional.empty()), ruined).status())
        .as("a fifth of the traffic is not little")
        .isEqualTo(RetentionStatus.FAIL);
  }

  @Test
  void scalesTheDropByTheMisrouteRate() {
    RetentionMeasurement.Capability worn = capability("a", 400, 380, 40, 0);

    assertThat(judge(new RetentionLimits(true, 0.2, 0.03, 0.1, Optional.empty()), worn).status())
        .isEqualTo(RetentionStatus.PASS);
    assertThat(judge(RetentionLimits.shared(0.03, 0.1), worn).status())
        .isEqualTo(RetentionStatus.FAIL);
  }

  @Test
  void testsTheUnscaledDropOfMisroutedRequestsWhereAsked() {
    RetentionLimits limits = new RetentionLimits(true, 0.02, 0.03, 0.05, Optional.of(0.1));

    assertThat(judge(limits, capability("a", 100, 90, 60, 0)).status())
        .isEqualTo(RetentionStatus.FAIL);
    assertThat(judge(limits, capability("a", 100, 90, 1, 1)).status())
        .isEqualTo(RetentionStatus.PASS);
  }

  @Test
  void doesNotPassWhereManyItemsHaveNoAnswer() {
    List<PairedItem> items = new ArrayList<>(items("a", 300, 270, 0, 0));
    for (int i = 0; i < 30; i++) {
      items.add(item("a", i + 1_000, Optional.of(true), Optional.empty()));
    }

    RetentionJudgement judged =
        judge(SHARED, new RetentionMeasurement.Capability("a", 0.3, items, List.of(), 0));

    assertThat(judged.modes().get(0).unanswered()).isEqualTo(30);
    assertThat(judged.status()).isEqualTo(RetentionStatus.UNKNOWN);
    assertThat(judged.reason()).contains("without an answer");
  }

  @Test
  void takesTheWorseOfTheTwoModes() {
    RetentionJudgement judged =
        RetentionRule.judge(
            new RetentionMeasurement(
                List.of(
                    new RetentionMeasurement.Mode(
                        AnswerMode.CHOOSE, List.of(capability("a", 300, 270, 0, 0))),
                    new RetentionMeasurement.Mode(
                        AnswerMode.GENERATE, List.of(capability("a", 300, 270, 200, 0))))),
            SHARED);

    assertThat(judged.modes().get(0).status()).isEqualTo(RetentionStatus.PASS);
    assertThat(judged.modes().get(1).status()).isEqualTo(RetentionStatus.FAIL);
    assertThat(judged.status()).isEqualTo(RetentionStatus.FAIL);
    assertThat(judged.modes().get(1).notes())
        .anyMatch(note -> note.startsWith("Answers of 3 words"));
  }

  @Test
  void cannotPassWithoutAnyItem() {
    assertThat(RetentionRule.judge(new RetentionMeasurement(List.of()), SHARED).status())
        .isEqualTo(RetentionStatus.UNKNOWN);
    assertThat(judge(SHARED, capability("guess", 100, 30, 0, 0)).status())
        .as("no capability above chance")
        .isEqualTo(RetentionStatus.UNKNOWN);
  }

  @Test
  void leavesOpenWhetherOneFamilyThatTurnedOverIsALoss() {
    RetentionMeasurement.Capability scattered =
        new RetentionMeasurement.Capability(
            "sums", 0.3, items("sums", 100, 90, 12, 0), reserve("sums", 100, 90, 12, 0), 100);
    RetentionMeasurement.Capability together =
        new RetentionMeasurement.Capability(
            "sums", 0.3, inFamilies(scattered.test()), inFamilies(scattered.drawn()), 100);
    RetentionMeasurement.Capability fine = capability("fine", 900, 800, 0, 0);

    assertThat(judge(SHARED, fine, scattered).status()).isEqualTo(RetentionStatus.FAIL);
    assertThat(judge(SHARED, fine, together).status()).isEqualTo(RetentionStatus.UNKNOWN);
    assertThat(judge(SHARED, fine, together).modes().get(0).notes())
        .anyMatch(note -> note.startsWith("Items of one template family"));
    assertThat(judge(SHARED, fine, scattered).modes().get(0).notes())
        .noneMatch(note -> note.contains("template family"));
  }

  /** Twelve at a time, so that what was lost is one family. */
  private static List<PairedItem> inFamilies(List<PairedItem> items) {
    List<PairedItem> grouped = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      PairedItem item = items.get(i);
      grouped.add(
          new PairedItem(
              item.id(),
              item.capability(),
              "family-" + i / 12,
              item.question(),
              item.before(),
              item.after()));
    }
    return grouped;
  }

  @Test
  void raisesNoAlarmOverTwoItemsOfAFew() {
    RetentionMeasurement.Capability fine = capability("fine", 900, 800, 0, 0);

    assertThat(statuses(judge(SHARED, fine, capability("few", 28, 20, 2, 0))))
        .containsExactly("clear", "clear");
    assertThat(statuses(judge(SHARED, fine, capability("few", 28, 20, 3, 0))))
        .containsExactly("clear", "UNKNOWN");
    assertThat(statuses(judge(SHARED, fine, capability("few", 28, 20, 15, 0))))
        .containsExactly("clear", "FAIL");
  }

  @Test
  void saysWhichDropItWouldHaveSeen() {
    RetentionJudgement judged = judge(SHARED, capability("a", 300, 270, 3, 3));
    RetentionJudgement.Mode mode = judged.modes().get(0);

    assertThat(mode.pooled().detectable()).isBetween(0.01, 0.06);
    assertThat(mode.capabilities().get(0).detectable())
        .isGreaterThanOrEqualTo(mode.pooled().detectable());
  }

  @Test
  void rejectsLimitsThatAreNoShares() {
    assertThatThrownBy(() -> RetentionLimits.shared(3, 0.05)).hasMessageContaining("3.0");
  }

  private static RetentionJudgement judge(
      RetentionLimits limits, RetentionMeasurement.Capability... capabilities) {
    return RetentionRule.judge(
        new RetentionMeasurement(
            List.of(new RetentionMeasurement.Mode(AnswerMode.CHOOSE, List.of(capabilities)))),
        limits);
  }

  private static List<String> statuses(RetentionJudgement judged) {
    return judged.modes().get(0).capabilities().stream()
        .map(RetentionJudgement.Capability::status)
        .toList();
  }

  private static RetentionMeasurement.Capability capability(
      String name, int n, int right, int lost, int gained) {
    return new RetentionMeasurement.Capability(
        name, 0.3, items(name, n, right, lost, gained), List.of(), 0);
  }

  private static List<PairedItem> items(String name, int n, int right, int lost, int gained) {
    return items(name, 0, n, right, lost, gained);
  }

  private static List<PairedItem> reserve(String name, int n, int right, int lost, int gained) {
    return items(name, 10_000, n, right, lost, gained);
  }

  private static List<PairedItem> items(
      String name, int from, int n, int right, int lost, int gained) {
    List<PairedItem> items = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      boolean before = i < right;
      boolean after = before ? i >= lost : i < right + gained;
      items.add(item(name, from + i, Optional.of(before), Optional.of(after)));
    }
    return items;
  }

  private static PairedItem item(
      String capability, int at, Optional<Boolean> before, Optional<Boolean> after) {
    return new PairedItem(
        capability + "-" + at,
        capability,
        capability + "-" + at,
        "question " + at,
        reply(before),
        reply(after));
  }

  private static Reply reply(Optional<Boolean> right) {
    return new Reply(right.map(r -> r ? "right" : "wrong").orElse("timed out"), right);
  }
}
