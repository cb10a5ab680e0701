package dev.tuneworthy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();

  @Test
  void updatesOneLineInPlaceOnATerminal() {
    try (ProgressLine line = new ProgressLine(console(true, 80))) {
      line.report(step(0, 0));
      clock.set(10_000_000_000L);
      line.report(step(10, 5000));
    }
    assertThat(text()).doesNotContain("\n").contains("\r");
    assertThat(text()).contains("prompt · few-shot(k=8): 10/40, 5,000 tokens, 0:30 left");
    assertThat(text()).endsWith("\r\u001b[K");
  }

  @Test
  void cutsALineThatDoesNotFit() {
    try (ProgressLine line = new ProgressLine(console(true, 24))) {
      line.report(step(1, 123456));
    }
    assertThat(text().replaceAll("\r\u001b\\[K", "").length()).isLessThan(24);
  }

  @Test
  void printsPlainLinesEveryFewSecondsElsewhere() {
    ProgressLine line = new ProgressLine(console(false, 80));
    for (int i = 0; i <= 40; i++) {
      clock.addAndGet(500_000_000L);
      line.report(step(i, i));
    }
    assertThat(text().lines()).hasSizeBetween(4, 6);
    assertThat(text().lines()).first().asString().contains("0/40");
    assertThat(text().lines()).last().asString().contains("40/40");
    assertThat(text()).doesNotContain("\r");
  }

  @Test
  void aChangeOfWorkIsAlwaysShown() {
    ProgressLine line = new ProgressLine(console(false, 80));
    line.report(new Progress.Step("prompt", "zero-shot", 0, 10, 0));
    line.report(new Progress.Step("tune", "lora(r=8)", 0, 10, 0));
    assertThat(text().lines())
        .containsExactly("prompt · zero-shot: 0/10", "tune · lora(r=8): 0/10");
  }

  @Test
  void endsTheWorkWhenItIsStopped() {
    ProgressLine line = new ProgressLine(console(false, 80));
    line.stop();
    assertThatThrownBy(() -> line.report(step(1, 1)))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
  }

  private static Progress.Step step(int done, long tokens) {
    return new Progress.Step("prompt", "few-shot(k=8)", done, 40, tokens);
  }

  private Console console(boolean terminal, int columns) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Console(stream, stream, terminal, columns, clock::get);
  }

  private String text() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
