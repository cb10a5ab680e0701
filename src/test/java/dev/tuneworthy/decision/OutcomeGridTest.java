package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.decision.OutcomeGrid.Column;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Approach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeGridTest {
  private static final Mark R = Mark.RIGHT;
  private static final Mark W = Mark.WRONG;
  private static final Mark M = Mark.MISSING;

  @TempDir private Path folder;

  @Test
  void isReadAsItWasWritten() {
    OutcomeGrid grid =
        grid(
            List.of(0, 0, 1),
            column("zero-shot", Approach.ZERO_SHOT, List.of(R, W), List.of(R, M, W)),
            column("lora(r=8)", Approach.LORA, List.of(R, R), List.of(R, R, W)));

    Path file = grid.write(folder);

    assertThat(file).hasFileName("mood.grid.jsonl");
    assertThat(OutcomeGrid.readAll(folder)).containsExactly(grid);
  }

  @Test
  void keepsSomeCandidatesOnSomeItems() {
    OutcomeGrid grid =
        grid(
            List.of(4, 5, 5),
            column("zero-shot", Approach.ZERO_SHOT, List.of(R, W), List.of(R, M, W)),
            column("lora(r=8)", Approach.LORA, List.of(R, R), List.of(R, R, W)));

    OutcomeGrid some = grid.on(grid.columns().subList(0, 1), List.of(1), List.of(2, 0));

    assertThat(some.columns()).hasSize(1);
    assertThat(some.columns().get(0).dev()).containsExactly(W);
    assertThat(some.columns().get(0).test()).containsExactly(W, R);
    assertThat(some.testClusters()).containsExactly(5, 4);
    assertThat(some.devClusters()).isEmpty();
  }

  @Test
  void refusesCandidatesThatDidNotMeetTheSameItems() {
    Column whole = column("a", Approach.ZERO_SHOT, List.of(R), List.of(R, W));
    Column half = column("b", Approach.FEW_SHOT, List.of(R), List.of(R));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> grid(List.of(), whole, half))
        .withMessageContaining("same items");
    assertThatIllegalArgumentException().isThrownBy(() -> grid(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> grid(List.of(1), whole));
  }

  @Test
  void saysWhichFileIsNoGrid() throws IOException {
    Path file = folder.resolve("mood.grid.jsonl");
    Files.writeString(file, "{\"task\": \"mood\"}\n");

    assertThatThrownBy(() -> OutcomeGrid.readAll(folder))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST))
        .hasMessageContaining("mood.grid.jsonl")
        .hasMessageContaining("Record it again");
    Files.writeString(file, "");
    assertThatThrownBy(() -> OutcomeGrid.read(file))
        .hasMessageContaining("bench decision --record");
  }

  @Test
  void refusesALetterThatIsNoMark() throws IOException {
    Path file =
        grid(List.of(), column("zero-shot", Approach.ZERO_SHOT, List.of(R), List.of(R)))
            .write(folder);
    Files.writeString(file, Files.readString(file).replace("\"R\"", "\"X\""));

    assertThatThrownBy(() -> OutcomeGrid.read(file)).hasMessageContaining("no mark X");
  }

  @Test
  void saysHowToRecordWhereThereIsNone() {
    assertThatThrownBy(() -> OutcomeGrid.readAll(folder.resolve("nowhere")))
        .hasMessageContaining("--record");
    assertThatThrownBy(() -> OutcomeGrid.readAll(folder)).hasMessageContaining("--record");
  }

  static Column column(String id, Approach approach, List<Mark> dev, List<Mark> test) {
    return new Column(id, approach, id, 50, approach.tuned() ? 1000 : 0, dev, test);
  }

  private static OutcomeGrid grid(List<Integer> testClusters, Column... columns) {
    return new OutcomeGrid(
        "mood", "ab".repeat(32), "fake", List.of(), testClusters, List.of(columns));
  }
}
