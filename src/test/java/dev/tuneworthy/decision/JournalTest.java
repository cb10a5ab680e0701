package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private final AtomicLong nanos = new AtomicLong();
  @TempDir Path folder;

  @Test
  void addsUpTheSecondsOfAPieceOverInterruptions() {
    open("d").time("tune/a", () -> passes(3));
    Journal again = open("d");
    again.time("tune/a", () -> passes(4));
    again.time("tune/b", () -> passes(1));
    assertThat(again.seconds("tune/a")).isCloseTo(7, within(1e-6));
    assertThat(open("d").seconds("tune/")).isCloseTo(8, within(1e-6));
  }

  @Test
  void countsAnInnerPieceOnce() {
    Journal journal = open("d");
    journal.time(
        "tune/",
        () -> {
          passes(1);
          journal.time("tune/a", () -> passes(5));
          return passes(2);
        });
    assertThat(journal.seconds("tune/a")).isCloseTo(5, within(1e-6));
    assertThat(journal.seconds("tune/")).isCloseTo(8, within(1e-6));
  }

  @Test
  void keepsTheTimeOfAPieceThatFails() {
    assertThatThrownBy(
            () ->
                open("d")
                    .time(
                        "tune/",
                        () -> {
                          passes(6);
                          throw new IllegalStateException("killed");
                        }))
        .hasMessage("killed");
    assertThat(open("d").seconds("tune/")).isCloseTo(6, within(1e-6));
  }

  @Test
  void savesWithinALongPieceSoThatAKillLosesSecondsOnly() {
    Journal journal = open("d");
    journal.time(
        "tune/",
        () -> {
          passes(60);
          journal.tick();
          assertThat(open("d").seconds("tune/")).isCloseTo(60, within(1e-6));
          return true;
        });
  }

  @Test
  void startsAnewForAnotherDecision() {
    Journal journal = open("d");
    journal.count("check", 10);
    assertThat(open("d").tokens("")).isEqualTo(10);
    assertThat(open("other").tokens("")).isZero();
  }

  @Test
  void countsTheSameWorkOnce() {
    Journal journal = open("d");
    journal.count("check", 10);
    journal.count("check", 10);
    assertThat(journal.tokens("")).isEqualTo(10);
  }

  @Test
  void keepsTimings() {
    Journal.Timing timing = new Journal.Timing(List.of(1.0, 2.0), 1, 2, "", 9, 1, 2, 3);
    open("d").keep("candidate", timing);
    assertThat(open("d").timing("candidate")).contains(timing);
    assertThat(open("d").timing("another")).isEmpty();
  }

  @Test
  void startsAnewWhereTheFileIsDamaged() throws IOException {
    open("d").count("check", 10);
    Files.writeString(folder.resolve(Journal.FILE), "{\"decision\":\"d\",\"seconds\":null}");
    assertThat(open("d").tokens("")).isZero();
    Files.writeString(folder.resolve(Journal.FILE), "{\"decis");
    assertThat(open("d").tokens("")).isZero();
  }

  private Journal open(String decision) {
    return Journal.open(folder, decision, nanos::get);
  }

  private boolean passes(int seconds) {
    nanos.addAndGet(seconds * 1_000_000_000L);
    return true;
  }
}
