package dev.tuneworthy.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NormalFormTest {
  @Test
  void disregardsCaseSpacesAndSurroundingPunctuation() {
    assertThat(NormalForm.of("  \u201cHello,\u00a0 World!\u201d\n")).isEqualTo("hello, world");
    assertThat(NormalForm.of("**(a)**")).isEqualTo("a");
    assertThat(NormalForm.of("\uff21\uff22")).as("full-width letters").isEqualTo("ab");
    assertThat(NormalForm.of("so\u00adft")).as("a soft hyphen").isEqualTo("soft");
  }

  @Test
  void keepsWhatChangesTheMeaning() {
    assertThat(NormalForm.of("-5")).isEqualTo("-5");
    assertThat(NormalForm.of("-.5.")).isEqualTo("-.5");
    assertThat(NormalForm.of("5%")).isEqualTo("5%");
    assertThat(NormalForm.of("C#")).isEqualTo("c#");
    assertThat(NormalForm.of("$5")).isEqualTo("$5");
    assertThat(NormalForm.of("- five -")).isEqualTo("five");
  }

  @Test
  void tellsTextsOfPunctuationApart() {
    assertThat(NormalForm.of("?!")).isEmpty();
    assertThat(NormalForm.key("?")).isNotEqualTo(NormalForm.key("!"));
  }
}
