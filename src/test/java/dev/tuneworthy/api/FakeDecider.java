package dev.tuneworthy.api;

import dev.tuneworthy.decision.Decider;
import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.DecisionRequest;
import dev.tuneworthy.decision.ExampleRecords;
import dev.tuneworthy.evaluation.Progress;
import io.quarkus.test.Mock;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Decides as the test says; unless it says otherwise, TUNE at once, with every file written. */
@Mock
@ApplicationScoped
public class FakeDecider implements Decider {
  private volatile Decider behaviour = FakeDecider::tune;

  public void behave(Decider next) {
    behaviour = next;
  }

  public void reset() {
    behaviour = FakeDecider::tune;
  }

  @Override
  public DecisionRecord decide(DecisionRequest request, Path folder, Progress progress) {
    return behaviour.decide(request, folder, progress);
  }

  static DecisionRecord tune(DecisionRequest request, Path folder, Progress progress) {
    progress.report(new Progress.Step("prompt", "zero-shot", 3, 3, 120));
    try {
      Files.createDirectories(folder.resolve("adapter"));
      Files.writeString(folder.resolve("adapter").resolve("adapter_config.json"), "{}");
      Files.writeString(folder.resolve("prompt.json"), "{\"messages\":[]}");
      Files.writeString(folder.resolve("outcomes.jsonl"), outcome("scored") + outcome("failed"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ExampleRecords.tune();
  }

  private static String outcome(String kind) {
    return """
{"candidate":"zero-shot","approach":"zero-shot","model":{"id":"m","sha256":"00","provider":"cpu"},\
"split":"test","mode":"choose","item":"test-1-%s","answer":"yes","outcome":"%s","value":1.0,\
"tokens":{"cached":1,"fresh":2,"output":3}}
"""
        .formatted(kind, kind);
  }
}
