package dev.tuneworthy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tuneworthy.error.ErrorCode;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class DatabaseFaultTest {
  private final SQLException full = new SQLException("No space\n left on device");

  @Test
  void findsTheDatabaseBelowWhatWrapsIt() {
    assertThat(DatabaseFault.in(new IllegalStateException(new RuntimeException(full))))
        .contains(full);
  }

  @Test
  void findsWhatACommitThatFailedSuppressed() {
    RuntimeException rollback = new RuntimeException("could not commit");
    rollback.addSuppressed(new IllegalStateException(full));
    assertThat(DatabaseFault.in(new RuntimeException(rollback))).contains(full);
  }

  @Test
  void findsNothingElseAndEndsOnACircle() {
    RuntimeException a = new RuntimeException("a");
    RuntimeException b = new RuntimeException("b", a);
    a.addSuppressed(b);
    a.addSuppressed(new IOException("disk"));
    assertThat(DatabaseFault.in(b)).isEmpty();
  }

  @Test
  void isWorthAnotherTry() {
    var explained = DatabaseFault.explained(full);
    assertThat(explained.retryable()).isTrue();
    assertThat(Problem.status(ErrorCode.DATABASE)).isEqualTo(503);
    assertThat(explained).hasMessageContaining("No space left on device. Try again");
  }
}
