package dev.tuneworthy.api;

import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the database's own exception in what the persistence layers make of it. A commit that fails
 * has it among the suppressed ones, so those are looked through as well.
 */
final class DatabaseFault {
  private static final int MOST_LOOKED_AT = 100;
  private static final int LONGEST_REASON = 200;

  private DatabaseFault() {}

  static Optional<SQLException> in(Throwable fault) {
    Deque<Throwable> open = new ArrayDeque<>(List.of(fault));
    Set<Throwable> seen = new HashSet<>();
    while (!open.isEmpty() && seen.size() < MOST_LOOKED_AT) {
      Throwable next = open.remove();
      if (next instanceof SQLException found) {
        return Optional.of(found);
      }
      if (seen.add(next)) {
        Optional.ofNullable(next.getCause()).ifPresent(open::add);
        open.addAll(List.of(next.getSuppressed()));
      }
    }
    return Optional.empty();
  }

  /** Worth another try: a full disk or a server that restarts is mended from outside. */
  static ServiceException explained(SQLException fault) {
    String reason = String.valueOf(fault.getMessage()).replaceAll("\\s+", " ").strip();
    return new ServiceException(
        ErrorCode.DATABASE,
        "database: expected one that answers and has room, found: "
            + reason.substring(0, Math.min(LONGEST_REASON, reason.length()))
            + ". Try again; if that does not help, check its disk and its server",
        fault);
  }
}
