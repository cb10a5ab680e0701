package dev.tuneworthy.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.decision.DecisionRecord.RungPart;
import dev.tuneworthy.decision.FakeBench.Skill;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.policy.PolicyReader;
import dev.tuneworthy.prompting.RemoteModelSpec;
import dev.tuneworthy.prompting.RemoteModels;
import dev.tuneworthy.suite.AnswerCheck;
import dev.tuneworthy.suite.BaselineSuite;
import dev.tuneworthy.suite.GenerateForm;
import dev.tuneworthy.suite.SuiteItem;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Metric;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A fake model, a small task and a suite on which the ladder is tried, in one folder. */
final class LadderFixture {
  static final int TEST_ITEMS = 200;
  private static final int DEV_ITEMS = 40;

  /** So many that a quick decision, which samples each capability, asks every item. */
  private static final int CAPABILITIES = 10;

  static final ObjectMapper JSON = new ObjectMapper();
  static final String PLAIN = "privacy: {remoteExamples: false}";
  private static final Machine MACHINE = new Machine(2, "2 vCPU", "test", "17");
  private static final String OWN =
      "prices: {models: {fake: {hourly: 0.9, utilisation: 0.5, minimumReplicas: 1,"
          + " requestsPerSecond: measured, hardware: '2 vCPU'}}}, ";

  private static final Clock LOOKED_ON =
      Clock.fixed(Instant.parse("2026-11-25T12:00:00Z"), ZoneOffset.UTC);

  private final Path folder;
  private double millisATick = 1;
  private Optional<RemoteModels> remotes = Optional.empty();

  LadderFixture(Path folder) {
    this.folder = folder;
  }

  /** How far the clock moves each time somebody looks at it. */
  LadderFixture ticking(double millis) {
    millisATick = millis;
    return this;
  }

  /** Remote prompts go to these models instead of the fake one. */
  LadderFixture prompting(RemoteModels models) {
    remotes = Optional.of(models);
    return this;
  }

  DecisionRecord decide(Task task, Skill skill, String policy, String name) {
    return ladder(new FakeBench(task, skill), "shared-" + name)
        .decide(request(task, policy), at(name), s -> {});
  }

  Path at(String name) {
    return folder.resolve(name);
  }

  DecisionLadder ladder(FakeBench bench) {
    return ladder(bench, "shared");
  }

  DecisionLadder ladder(FakeBench bench, String shared) {
    AtomicLong nanos = new AtomicLong();
    double tick = millisATick;
    return new DecisionLadder(
        bench.opener(),
        spec -> promptModel(spec, bench),
        folder.resolve(shared),
        new TestLedger(folder.resolve(shared), LOOKED_ON),
        MACHINE,
        () -> nanos.addAndGet((long) (tick * 1e6)));
  }

  private PromptModel promptModel(RemoteModelSpec spec, FakeBench bench) {
    String source = spec.provider() + ":" + spec.model();
    return remotes
        .map(models -> new PromptModel(models.ref(spec), source, () -> models.open(spec)))
        .orElseGet(
            () ->
                new PromptModel(
                    new ModelRef(spec.model(), "cd".repeat(32), "remote"),
                    source,
                    () -> new RemoteFake(bench.base())));
  }

  static DecisionRequest request(Task task, String policy) {
    String traffic = policy.contains("traffic:") ? "" : "traffic: {requestsPerMonth: 1000}, ";
    String quality = policy.contains("quality:") ? "" : "quality: {minimum: 0.8}, ";
    return new DecisionRequest(
        task,
        PolicyReader.parse("{name: p, " + traffic + quality + withPrices(policy) + "}", "p.yaml"),
        List.of(suite()),
        "fake",
        Optional.empty(),
        1,
        true);
  }

  /** The same request with the whole search. */
  static DecisionRequest thorough(DecisionRequest quick) {
    return new DecisionRequest(
        quick.task(),
        quick.policy(),
        quick.suites(),
        quick.localModel(),
        quick.promptModel(),
        quick.seed(),
        false);
  }

  private static String withPrices(String policy) {
    return policy.contains("prices:") ? policy : OWN + policy;
  }

  static BaselineSuite suite() {
    List<SuiteItem> items = new ArrayList<>();
    for (int i = 0; i < TEST_ITEMS + DEV_ITEMS; i++) {
      AnswerCheck check =
          new AnswerCheck(
              List.of("paris"),
              List.of(),
              List.of(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              false,
              List.of(),
              Optional.empty(),
              false);
      items.add(
          new SuiteItem(
              "i" + i,
              "facts " + i % CAPABILITIES,
              i < TEST_ITEMS ? "test" : "dev",
              "written",
              Optional.empty(),
              Optional.of(new GenerateForm("What is the capital, number " + i + "?", check))));
    }
    return new BaselineSuite("small", items, "ef".repeat(32));
  }

  static Task task(int test) {
    Random random = new Random(7);
    return task(
        examples("train", 60, random), examples("dev", 80, random), examples("test", test, random));
  }

  static Task task(List<Example> train, List<Example> dev, List<Example> test) {
    return new Task(
        "flags",
        "Say yes or no. Answer with one of: {choices}.",
        List.of("no", "yes"),
        Map.of(Split.TRAIN, train, Split.DEV, dev, Split.TEST, test),
        Metric.ACCURACY,
        "12".repeat(30) + String.format("%04d", test.size()));
  }

  private static List<Example> examples(String split, int n, Random random) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < 24; c++) {
        text.append(c % 6 == 5 ? ' ' : (char) ('a' + random.nextInt(26)));
      }
      examples.add(Example.of(split + "-" + i, text.toString(), i % 2 == 0 ? "yes" : "no"));
    }
    return examples;
  }

  static RungPart rung(DecisionRecord record, String name) {
    return record.rungs().stream()
        .filter(part -> part.rung().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The record without what it says depends on the clock. */
  static JsonNode timeless(Path decision) throws IOException {
    JsonNode record = JSON.readTree(decision.resolve("decision.json").toFile());
    List<String> pointers = new ArrayList<>();
    record.at("/provenance/timeDerived").forEach(node -> pointers.add(node.asText()));
    Set<String> seen = new HashSet<>();
    for (String text : pointers) {
      JsonPointer pointer = JsonPointer.compile(text);
      JsonNode parent = record.at(pointer.head());
      assertThat(seen.add(text)).isTrue();
      assertThat(record.at(pointer).isMissingNode()).as(text).isFalse();
      if (parent instanceof ObjectNode object) {
        object.putNull(pointer.last().getMatchingProperty());
      } else {
        ((ArrayNode) parent).setNull(pointer.last().getMatchingIndex());
      }
    }
    return record;
  }

  /** Cancels after some steps. */
  static final class Interrupting implements Progress {
    private int left;

    Interrupting(int steps) {
      this.left = steps;
    }

    @Override
    public void report(Step step) {
      if (left-- <= 0) {
        throw new ServiceException(ErrorCode.CANCELLED, "cancelled by the test");
      }
    }
  }
}
