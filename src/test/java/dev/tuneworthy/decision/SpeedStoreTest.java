package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.decision.FakeBench.Skill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedStoreTest {
  private static final Machine HERE = new Machine(2, "2 vCPU", "test", "17");

  @TempDir Path folder;
  private final FakeBench bench =
      new FakeBench(LadderFixture.task(40), new Skill(0.4, 0.6, 0.9, 0));

  @Test
  void measuresOnceForAMachineAndAModel() {
    SpeedStore store = new SpeedStore(folder);
    SpeedStore.Found first = store.of(bench, HERE, step -> {});
    SpeedStore.Found second = new SpeedStore(folder).of(bench, HERE, step -> {});

    assertThat(first.known()).isFalse();
    assertThat(second.known()).isTrue();
    assertThat(second.speed()).isEqualTo(first.speed());
    assertThat(bench.measured).isEqualTo(1);
  }

  @Test
  void measuresAgainOnAnotherMachine() {
    SpeedStore store = new SpeedStore(folder);
    store.of(bench, HERE, step -> {});
    assertThat(store.of(bench, new Machine(4, "4 vCPU", "test", "17"), step -> {}).known())
        .isFalse();
    assertThat(bench.measured).isEqualTo(2);
  }

  @Test
  void measuresAgainAfterForgetting() {
    SpeedStore store = new SpeedStore(folder);
    store.of(bench, HERE, step -> {});
    store.forget(bench, HERE);
    assertThat(store.of(bench, HERE, step -> {}).known()).isFalse();
  }

  @Test
  void measuresAgainWhereTheFileIsDamaged() throws IOException {
    SpeedStore store = new SpeedStore(folder);
    store.of(bench, HERE, step -> {});
    for (String damaged : List.of("{", "{}", "{\"pass\": -1}", "[]")) {
      Files.writeString(file(), damaged);
      assertThat(store.of(bench, HERE, step -> {}).known()).as(damaged).isFalse();
    }
  }

  private Path file() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.findFirst().orElseThrow();
    }
  }
}
