package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.FakeBench.Skill;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.prompting.ChatServer;
import dev.tuneworthy.prompting.ChatServer.Response;
import dev.tuneworthy.prompting.RemoteModelConfig;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.prompting.RemoteModels;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions about models that do not answer, or never rightly. */
class FailingModelsTest {
  private static final Skill USELESS = new Skill(0, 0, 0, 0);

  @TempDir Path folder;
  private LadderFixture fixture;
  private final Task task = LadderFixture.task(60);

  @BeforeEach
  void standsInTheFolder() {
    fixture = new LadderFixture(folder);
  }

  @Test
  void aRemoteModelThatAnswersHalfTheTimeLeavesTheVerdictOpen() throws IOException {
    Map<String, String> right = new HashMap<>();
    for (Split split : Split.values()) {
      task.split(split).forEach(example -> right.put(example.input(), example.expected()));
    }
    AtomicInteger asked = new AtomicInteger();
    Function<JsonNode, Response> everyOther =
        request ->
            asked.getAndIncrement() % 2 == 0
                ? Response.status(503)
                : Response.answer(right.get(ChatServer.lastMessage(request)), 0);
    try (ChatServer server = new ChatServer(everyOther)) {
      DecisionRecord record =
          fixture
              .prompting(models(server))
              .ladder(new FakeBench(task, USELESS))
              .decide(request(), fixture.at("a"), step -> {});

      // All that was answered is right, but half of the test examples say nothing.
      assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.INCONCLUSIVE);
      CandidatePart zeroShot = onTest(record, "zero-shot");
      assertThat(zeroShot.failed()).isBetween(20, 40);
      assertThat(zeroShot.quality().value()).isEqualTo(1);
      long answered =
          record.candidates().stream()
              .filter(c -> c.model().equals("m"))
              .mapToLong(c -> c.n() - c.failed())
              .sum();
      assertThat(answered).isPositive();
      assertThat(record.spent().tokens()).isGreaterThanOrEqualTo(103 * answered / 2);
    }
  }

  @Test
  void aRemoteModelThatNeverAnswersIsOneErrorAndWhatWasSpentIsKept() throws IOException {
    try (ChatServer server = new ChatServer(request -> Response.status(503))) {
      DecisionLadder ladder =
          fixture.prompting(models(server)).ladder(new FakeBench(task, USELESS));
      assertThatThrownBy(() -> ladder.decide(request(), fixture.at("a"), step -> {}))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REMOTE_MODEL))
          .hasMessageContaining("503");
      SpentSoFar spent = SpentSoFar.in(fixture.at("a")).orElseThrow();
      assertThat(spent.seconds()).isPositive();
      // The distance of the data was asked of the local model before.
      assertThat(spent.tokens()).isGreaterThanOrEqualTo(120);
    }
  }

  @Test
  void recommendsNothingWhereNoCandidateIsEverRight() {
    DecisionRecord record = fixture.decide(task, USELESS, LadderFixture.PLAIN, "a");
    assertThat(record.verdict()).as(record.summary()).isEqualTo(Verdict.NEITHER);
    assertThat(record.recommended()).isEmpty();
    assertThat(record.gates())
        .anyMatch(g -> g.gate().equals("quality") && g.status().equals("FAIL"));
  }

  private DecisionRequest request() {
    DecisionRequest local = LadderFixture.request(task, "privacy: {remoteExamples: true}");
    return new DecisionRequest(
        task,
        local.policy(),
        local.suites(),
        "fake",
        Optional.of(new RemoteModelSpec("openai", "m")),
        1,
        true);
  }

  private static RemoteModels models(ChatServer server) {
    RemoteModelConfig config =
        new RemoteModelConfig(
            server.url("/v1"), Optional.empty(), Duration.ofSeconds(5), 0, 3, false);
    return new RemoteModels(
        Map.of("openai", config), name -> Optional.empty(), InstantSource.system(), new Random(1));
  }

  private static CandidatePart onTest(DecisionRecord record, String approach) {
    return record.candidates().stream()
        .filter(c -> c.split().equals("test") && c.approach().equals(approach))
        .findFirst()
        .orElseThrow();
  }
}
