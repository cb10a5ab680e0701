package dev.tuneworthy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tuneworthy.decoder.Precision;
import dev.tuneworthy.error.ServiceException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenedModelTest {
  private static final String CPU = "TUNEWORTHY_PROVIDER";

  @Test
  void answersInFloat32AndTrainsInEightBitsUnlessTold() {
    Map<String, String> plain = Map.of(CPU, "cpu");

    assertThat(OpenedModel.precision(plain)).isEqualTo(Precision.FLOAT32);
    assertThat(OpenedModel.trainingPrecision(plain)).isEqualTo(Precision.INT8);
  }

  @Test
  void doesAsItIsTold() {
    Map<String, String> told =
        Map.of(
            CPU, "cpu", "TUNEWORTHY_PRECISION", "q4", "TUNEWORTHY_TRAINING_PRECISION", " float32 ");

    assertThat(OpenedModel.precision(told)).isEqualTo(Precision.Q4);
    assertThat(OpenedModel.trainingPrecision(told)).isEqualTo(Precision.FLOAT32);
  }

  @Test
  void namesAWordThatIsNoPrecision() {
    assertThatThrownBy(
            () -> OpenedModel.trainingPrecision(Map.of("TUNEWORTHY_TRAINING_PRECISION", "bf16")))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("bf16");
  }
}
