package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.DecisionRecord.GatePart;
import dev.tuneworthy.suite.BaselineSuite;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** Where a record's numbers come from, and which of them depend on the clock. */
final class Provenance {
  private static final String VERSIONS = "/versions.properties";

  private final Climb climb;

  Provenance(Climb climb) {
    this.climb = climb;
  }

  Map<String, Object> of(Optional<String> adapter, List<String> notMeasured) {
    DecisionRequest request = climb.request();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("seed", request.seed());
    all.put("quick", request.quick());
    all.put("mode", climb.mode().label());
    all.put("maxAnswerTokens", climb.decoding().maxTokens());
    all.put("temperature", climb.decoding().temperature());
    all.put("hashes", hashes(adapter));
    all.put("machine", climb.machine().facts());
    all.put("engine", climb.bench().facts());
    all.put("versions", versions());
    all.put(
        "prefixCache", "warm when latency was measured, after three requests that do not count");
    all.put(
        "spentTokens",
        "tokens of all evidence, also of answers that a cache gave; cached prefixes included");
    all.put("notMeasured", notMeasured);
    all.putAll(climb.findings());
    return all;
  }

  private Map<String, Object> hashes(Optional<String> adapter) {
    DecisionRequest request = climb.request();
    Map<String, Object> hashes = new LinkedHashMap<>();
    hashes.put("task", request.task().sha256());
    hashes.put("policy", request.policy().sha256());
    Map<String, String> suites = new LinkedHashMap<>();
    for (BaselineSuite suite : request.suites()) {
      suites.put(suite.name(), suite.sha256());
    }
    hashes.put("suites", suites);
    hashes.put("model", climb.bench().ref().sha256());
    if (climb.prompt().ref().remote()) {
      hashes.put("promptModel", climb.prompt().ref().sha256());
    }
    adapter.ifPresent(hash -> hashes.put("adapter", hash));
    return hashes;
  }

  /** Versions of the libraries, as the build wrote them down; empty in a build that did not. */
  private static Map<String, String> versions() {
    Properties properties = new Properties();
    try (InputStream in = Provenance.class.getResourceAsStream(VERSIONS)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new IllegalStateException(VERSIONS + " cannot be read from the program itself", e);
    }
    Map<String, String> versions = new TreeMap<>();
    properties.forEach((name, version) -> versions.put(name.toString(), version.toString()));
    return versions;
  }

  /** JSON pointers (RFC 6901) of the fields that depend on the clock. */
  static List<String> timeDerived(DecisionRecord record) {
    List<String> pointers = new ArrayList<>();
    pointers.add("/summary");
    for (int i = 0; i < record.rungs().size(); i++) {
      pointers.add("/rungs/" + i + "/seconds");
      if (record.rungs().get(i).rung().equals(Rungs.FORECAST)) {
        pointers.add("/rungs/" + i + "/reason");
      }
    }
    for (int i = 0; i < record.candidates().size(); i++) {
      CandidatePart candidate = record.candidates().get(i);
      if (candidate.split().equals("test")) {
        pointers.add("/candidates/" + i + "/latencyMillis");
        pointers.add("/candidates/" + i + "/cost");
      }
    }
    for (int i = 0; i < record.gates().size(); i++) {
      GatePart gate = record.gates().get(i);
      if (gate.gate().equals("latency") || gate.gate().equals("cost")) {
        pointers.add("/gates/" + i + "/observed");
      }
    }
    record.basis().ifPresent(basis -> pointers.addAll(timeDerived(basis)));
    record.forecastError().ifPresent(error -> pointers.add("/forecastError"));
    record.nextStep().ifPresent(next -> pointers.add("/nextStep"));
    record.endOfLife().ifPresent(end -> pointers.add("/endOfLife"));
    pointers.addAll(List.of("/breakEven", "/flips", "/spent/seconds", "/spent/money"));
    pointers.add("/provenance/forecast");
    if (record.provenance().get("training") instanceof List<?> trainings) {
      for (int i = 0; i < trainings.size(); i++) {
        pointers.add("/provenance/training/" + i + "/seconds");
        pointers.add("/provenance/training/" + i + "/examplesPerSecond");
      }
    }
    return pointers;
  }

  private static List<String> timeDerived(DecisionBasis basis) {
    List<String> pointers = new ArrayList<>();
    pointers.add("/basis/costs/searchSeconds");
    pointers.add("/basis/costs/trainingSeconds");
    pointers.add("/basis/costs/decidedOn");
    for (int i = 0; i < basis.finalists().size(); i++) {
      pointers.add("/basis/finalists/" + i + "/latencyMillis");
      pointers.add("/basis/finalists/" + i + "/requestsPerSecond");
    }
    return pointers;
  }
}
