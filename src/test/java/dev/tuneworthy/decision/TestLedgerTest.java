package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.decision.TestLedger.Look;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestLedgerTest {
  private static final Clock TODAY =
      Clock.fixed(Instant.parse("2026-11-25T23:59:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;
  private final Task task = LadderFixture.task(40);
  private TestLedger ledger = new TestLedger(Path.of(""), TODAY);

  @BeforeEach
  void keepsItsFileInTheFolder() {
    ledger = new TestLedger(folder.resolve("cache"), TODAY);
  }

  @Test
  void countsEachLookerOnce() {
    assertThat(ledger.look(task, "a").warning()).isEmpty();
    Look second = ledger.look(task, "b");
    assertThat(second.number()).isEqualTo(2);
    assertThat(second.warning().orElseThrow()).contains("look number 2", "a on 2026-11-25");
    assertThat(ledger.look(task, "a").number()).isEqualTo(1);
    assertThat(ledger.look(task, "b")).isEqualTo(second);
    assertThat(ledger.look(task, "c").earlier())
        .containsExactly("a on 2026-11-25", "b on 2026-11-25");
  }

  @Test
  void knowsTestDataByWhatItSays() {
    ledger.look(task, "a");
    List<Example> turned = new ArrayList<>(task.split(Split.TEST));
    Collections.reverse(turned);
    List<Example> renamed =
        IntStream.range(0, turned.size())
            .mapToObj(i -> Example.of("x" + i, turned.get(i).input(), turned.get(i).expected()))
            .toList();
    assertThat(ledger.look(withTest(renamed), "b").number()).isEqualTo(2);
    assertThat(ledger.look(withTest(renamed.subList(1, 40)), "b").number()).isEqualTo(1);
  }

  @Test
  void goesOnAfterALineThatWasCutShort() throws IOException {
    ledger.look(task, "a");
    Path file = folder.resolve("cache").resolve(TestLedger.FILE);
    String half = "{\"data\":\"" + TestLedger.hash(task) + "\",\"by\":\"b";
    Files.writeString(file, half, StandardOpenOption.APPEND);
    assertThat(ledger.look(task, "c").number()).isEqualTo(2);
    assertThat(ledger.look(task, "d").number()).isEqualTo(3);
  }

  @Test
  void losesNoLookOfThreadsThatComeAtOnce() {
    List<Integer> numbers =
        IntStream.range(0, 40)
            .parallel()
            .mapToObj(i -> new TestLedger(folder.resolve("cache"), TODAY).look(task, "by " + i))
            .map(Look::number)
            .sorted()
            .toList();
    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 40).boxed().toList());
  }

  @Test
  void saysWhatIsWrongWithAFolderThatCannotHoldIt() throws IOException {
    Files.writeString(folder.resolve("cache"), "a file");
    assertThatThrownBy(() -> ledger.look(task, "a"))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK))
        .hasMessageContaining("ledger of looks at test data");
  }

  private Task withTest(List<Example> test) {
    return LadderFixture.task(task.split(Split.TRAIN), task.split(Split.DEV), test);
  }
}
