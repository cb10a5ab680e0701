package dev.tuneworthy.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.decision.Library;
import dev.tuneworthy.decision.RemoteConsent;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.policy.Policy;
import dev.tuneworthy.policy.PolicyReader;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.SuiteReader;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.TaskReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a body into what the decision needs. The same method serves the check at the door and the
 * worker, so that whatever is wrong is said before anything is queued.
 */
@ApplicationScoped
class DecisionRequests {
  private static final Pattern NAME = Pattern.compile(Names.PATTERN);
  private static final String DEFAULT_POLICY = "balanced";
  private static final String DEFAULT_SUITE = "baseline";
  private static final long DEFAULT_SEED = 0;

  private final Library library;
  private final UploadedTasks uploads;
  private final Models models;

  DecisionRequests(Library library, UploadedTasks uploads, Models models) {
    this.library = library;
    this.uploads = uploads;
    this.models = models;
  }

  DecisionRequest resolve(DecisionBody body) {
    long seed = Optional.ofNullable(body.seed()).orElse(DEFAULT_SEED);
    Task task = task(body.task(), seed);
    Policy policy = policy(body.policy());
    Optional<RemoteModelSpec> remote =
        Optional.ofNullable(body.promptModel()).map(DecisionRequests::remote);
    remote.ifPresent(spec -> RemoteConsent.check(policy, spec));
    return new DecisionRequest(
        task,
        policy,
        suites(Optional.ofNullable(body.suites()).orElse(List.of(DEFAULT_SUITE))),
        models.known(Optional.ofNullable(body.model())),
        remote,
        seed,
        Boolean.TRUE.equals(body.quick()));
  }

  private Task task(JsonNode given, long seed) {
    if (given.isObject()) {
      return TaskReader.parse(given, seed);
    }
    String name = name("task", given);
    return TaskReader.read(uploads.find(name).orElseGet(() -> library.task(name)), seed);
  }

  private Policy policy(@Nullable JsonNode given) {
    if (given == null || given.isNull()) {
      return library.policy(DEFAULT_POLICY);
    }
    if (given.isObject()) {
      return PolicyReader.inline(given, "policy", library.prices());
    }
    return library.policy(name("policy", given));
  }

  private List<BaselineSuite> suites(List<String> names) {
    return names.stream().distinct().map(library::suite).map(SuiteReader::read).toList();
  }

  private static RemoteModelSpec remote(String given) {
    int colon = given.indexOf(':');
    return new RemoteModelSpec(given.substring(0, colon), given.substring(colon + 1));
  }

  private static String name(String field, JsonNode given) {
    String name = given.isTextual() ? given.asText() : "";
    if (!NAME.matcher(name).matches()) {
      throw ServiceException.of(
          ErrorCode.BAD_REQUEST,
          field,
          "an object, or a name of lower-case letters, digits, '.', '_' and '-'",
          shown(given),
          "GET /v1/" + (field.equals("task") ? "tasks" : "policies") + " lists the names");
    }
    return name;
  }

  private static String shown(JsonNode given) {
    String text = given.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
