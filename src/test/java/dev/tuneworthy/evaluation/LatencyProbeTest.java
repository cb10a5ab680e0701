package dev.tuneworthy.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.task.Split;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyProbeTest {
  private final AtomicLong clock = new AtomicLong();
  private int requests;

  @Test
  void takesPercentilesByNearestRank() {
    List<Long> oneTo20 = LongStream.rangeClosed(1, 20).map(v -> v * 1_000_000).boxed().toList();
    Latency latency = Latency.of(oneTo20, "");
    assertThat(latency.p50Millis()).isEqualTo(10);
    assertThat(latency.p95Millis()).isEqualTo(19);
    assertThat(Latency.of(List.of(7_000_000L), "").p95Millis()).isEqualTo(7);
  }

  @Test
  void measuresFiftyWarmRequestsAndABatch() {
    LatencyProbe.Timing timing = measure(slow(FakeAnswerer.LOCAL, 100, 2));
    assertThat(timing.latency())
        .hasValueSatisfying(
            l -> {
              assertThat(l.n()).isEqualTo(50);
              assertThat(l.p50Millis()).isEqualTo(2);
              assertThat(l.p95Millis()).as("the cold start is not counted").isEqualTo(2);
              assertThat(l.note()).isEmpty();
            });
    assertThat(timing.requestsPerSecond().orElseThrow()).isCloseTo(500, within(1e-6));
    assertThat(requests).isEqualTo(3 + 50 + 20);
  }

  @Test
  void saysThatTheNetworkIsIncludedForARemoteModel() {
    ModelRef remote = new ModelRef("gpt", "a".repeat(64), "remote");
    assertThat(measure(slow(remote, 2, 2)).latency().orElseThrow().note())
        .isEqualTo("network included");
  }

  @Test
  void doesNotCountRequestsThatFailed() {
    FakeAnswerer flaky =
        new FakeAnswerer(
            FakeAnswerer.LOCAL,
            q -> {
              clock.addAndGet(5_000_000);
              return requests++ % 2 == 0
                  ? new Answer.Missing("500", TokenUsage.NONE)
                  : FakeAnswerer.given("x");
            });
    assertThat(measure(flaky).latency().orElseThrow().n()).isEqualTo(25);
  }

  @Test
  void hasNoLatencyWhenNothingIsAnswered() {
    FakeAnswerer dead =
        new FakeAnswerer(FakeAnswerer.LOCAL, q -> new Answer.Missing("500", TokenUsage.NONE));
    LatencyProbe.Timing timing = measure(dead);
    assertThat(timing.latency()).isEmpty();
    assertThat(timing.requestsPerSecond()).isEmpty();
  }

  private LatencyProbe.Timing measure(FakeAnswerer model) {
    return new LatencyProbe(clock::get)
        .measure(
            new FakeCandidate("f", model),
            TrialRunnerTest.task(20).split(Split.TEST),
            AnswerMode.GENERATE,
            Decoding.greedy(4),
            Progress.SILENT);
  }

  private FakeAnswerer slow(ModelRef model, long coldMillis, long warmMillis) {
    return new FakeAnswerer(
        model,
        q -> {
          clock.addAndGet((requests++ < 3 ? coldMillis : warmMillis) * 1_000_000);
          return FakeAnswerer.given("x");
        });
  }
}
