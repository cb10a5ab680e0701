package dev.tuneworthy.job;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same transitions on PostgreSQL. */
@Tag("postgres")
@ExtendWith(PostgresServer.class)
@QuarkusTest
@TestProfile(PostgresServer.WithoutWorker.class)
class JobLedgerOnPostgresTest extends JobLedgerTest {}
