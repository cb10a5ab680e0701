package dev.tuneworthy.api;

import dev.tuneworthy.job.PostgresServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same interface with the database on PostgreSQL. */
@Tag("postgres")
@ExtendWith(PostgresServer.class)
@QuarkusTest
@TestProfile(PostgresServer.Service.class)
class DecisionResourceOnPostgresTest extends DecisionResourceTest {}
