package dev.tuneworthy.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database as the service opens it where no other is configured. */
class DatabaseOnDiskTest {
  @TempDir Path data;

  @Test
  void whatWasCommittedSurvivesTheNextInstant() throws Exception {
    try (Connection service = DriverManager.getConnection(address(), "sa", "")) {
      service.createStatement().execute("create table decisions (id int)");
      service.createStatement().execute("insert into decisions values (7)");
      // A copy is what a process finds that starts after the power failed at this point.
      Path after = Files.createDirectories(data.resolve("after"));
      Files.copy(data.resolve("database/tuneworthy.mv.db"), after.resolve("tuneworthy.mv.db"));
      try (Connection next =
              DriverManager.getConnection("jdbc:h2:file:" + after + "/tuneworthy", "sa", "");
          ResultSet found = next.createStatement().executeQuery("select id from decisions")) {
        assertThat(found.next()).isTrue();
        assertThat(found.getInt(1)).isEqualTo(7);
      }
    }
  }

  private String address() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = DatabaseOnDiskTest.class.getResourceAsStream("/application.properties")) {
      properties.load(in);
    }
    return properties
        .getProperty("quarkus.datasource.h2.jdbc.url")
        .replace("${tuneworthy.data}", data.toString());
  }
}
