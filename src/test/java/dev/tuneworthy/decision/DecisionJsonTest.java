package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionJsonTest {
  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() {
    for (DecisionRecord decision : List.of(ExampleRecords.tune(), ExampleRecords.neither())) {
      DecisionJson.write(decision, folder);
      assertThat(DecisionJson.read(folder)).isEqualTo(decision);
    }
  }

  @Test
  void saysThatAFolderHasNoDecision() {
    assertThatThrownBy(() -> DecisionJson.read(folder))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DECISION_NOT_FOUND));
  }

  @Test
  void saysThatADecisionIsDamaged() throws IOException {
    for (String text : new String[] {"", "{", "[]", "{}", "{\"models\":null}"}) {
      Files.writeString(folder.resolve(DecisionJson.FILE), text);
      assertThatThrownBy(() -> DecisionJson.read(folder))
          .as(text)
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }
  }
}
