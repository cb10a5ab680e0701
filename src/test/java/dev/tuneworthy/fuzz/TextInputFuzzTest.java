package dev.tuneworthy.fuzz;

import static dev.tuneworthy.fuzz.Fixtures.utf8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tuneworthy.policy.PolicyReader;
import dev.tuneworthy.policy.PriceList;
import dev.tuneworthy.suite.SuiteReader;
import dev.tuneworthy.task.TaskReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged tasks, suites and policies, as files and inline. */
class TextInputFuzzTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String TASK =
      """
      name: support
      instruction: |
        Sort the message.
      choices: [refund, "return item", fix payment]
      metric: accuracy
      examples:
        train: train.jsonl
        dev: dev.csv
        test: {file: test.jsonl}
      """
          .replace("{file: test.jsonl}", "test.jsonl");

  private static final String LINES =
      """
      {"input": "I want my money back", "expected": "refund", "id": "a", "group": "g"}
      {"prompt": "It does not fit", "completion": "return item", "split": "SPLIT"}
      {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "Twice \\u00e9"},
       {"role": "assistant", "content": "fix payment"}]}
      """
          .replace("},\n ", "}, ");

  private static final String CSV =
      "input,expected,id\nCharged twice,fix payment,1\n\"Too big, \"\"really\"\"\",return item,2\n";

  private static final String POLICY =
      """
      name: balanced
      goal: cheapest
      traffic: {requestsPerMonth: 100000, horizonMonths: 12}
      quality: {minimum: 0.8, margin: 0.02, worthwhile: 0.05}
      retention: {deployment: routed, misrouteRate: 0.05, pooledMargin: 0.03}
      latency:
        p95Millis: 800
      cost: {maxPerMonth: 500}
      prices:
        catalogue: prices.json
        models:
          local: {hourly: 0.5, utilisation: 0.4, minimumReplicas: 1, requestsPerSecond: measured}
      privacy: {remoteExamples: false}
      budget: {minutes: 30, tokens: 5000000, money: 5.50}
      """;

  private static final String PRICES =
      """
      {"sample_spec": {"input_cost_per_token": 0},
       "gpt": {"input_cost_per_token": 1.5e-7, "output_cost_per_token": 6e-7,
               "cache_read_input_token_cost": 7.5e-8, "currency": "USD", "mode": "chat"}}
      """;

  private static final String HEAD =
      """
      task: format
      tag: baseline
      dataset_path: items.jsonl
      output_type: generate_until
      metric_list: [{metric: acc}]
      metadata: {version: 1.0}
      """;

  private static final String ITEMS =
      """
      {"id": "1", "split": "dev", "family": "f", "chat": "Ask.", "check": {"regex": "\\\\?", "minWords": 4}}
      {"id": "2", "split": "test", "family": "f", "context": "c", "choices": ["a", "b"], "answer": 1, "chat": "x", "check": {"containsAny": ["y"], "notEcho": true}}
      """;

  @TempDir Path folder;

  @Test
  void aDamagedTaskIsReadOrRefusedByPlace() throws IOException {
    damage(
        "task files",
        Map.of(
            "task.yaml",
            TASK,
            "train.jsonl",
            LINES.replace("SPLIT", "train"),
            "dev.csv",
            CSV,
            "test.jsonl",
            "{\"input\": \"Where is it?\", \"expected\": \"refund\"}\n"),
        () -> TaskReader.read(folder.resolve("task.yaml"), 1));
  }

  @Test
  void aDamagedSuiteIsReadOrRefusedByPlace() throws IOException {
    damage(
        "suite files",
        Map.of("format.yaml", HEAD, "items.jsonl", ITEMS),
        () -> SuiteReader.read(folder));
  }

  @Test
  void aDamagedPolicyIsReadOrRefusedByPlace() throws IOException {
    damage(
        "policy files",
        Map.of("policy.yaml", POLICY, "prices.json", PRICES),
        () -> PolicyReader.read(folder.resolve("policy.yaml")));
  }

  @Test
  void aDamagedInlineTaskOrPolicyIsReadOrRefusedByPlace() {
    byte[] task =
        utf8(
            """
            {"name": "t", "instruction": "Sort.", "choices": ["a", "b"], "metric": "accuracy",
             "examples": {"items": [{"input": "x", "expected": "a"}, {"input": "y", "expected": "b"},
              {"messages": [{"role": "user", "content": "z"}, {"role": "assistant", "content": "a"}]}],
              "ratios": {"train": 0.4, "dev": 0.3, "test": 0.3}}}
            """);
    byte[] policy =
        utf8(
            """
            {"name": "p", "traffic": {"requestsPerMonth": 1000}, "quality": {"minimum": 0.8},
             "retention": {"deployment": "shared"}, "budget": {"minutes": 3},
             "prices": {"models": {"m": {"hourly": 1, "requestsPerSecond": 2}}}}
            """);
    Fuzz.of("inline task and policy", 2_000, 64, "")
        .run(
            mutator -> {
              boolean first = mutator.below(2) == 0;
              JsonNode tree = JSON.readTree(mutator.tree(first ? task : policy));
              if (first) {
                TaskReader.parse(tree, 1);
              } else {
                PolicyReader.inline(tree, "policy", PriceList.NONE);
              }
            });
  }

  private void damage(String what, Map<String, String> files, Runnable reader) throws IOException {
    Map<String, byte[]> whole = new LinkedHashMap<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      whole.put(file.getKey(), utf8(file.getValue()));
      Files.write(folder.resolve(file.getKey()), whole.get(file.getKey()));
    }
    reader.run(); // whole, it is read
    List<String> names = whole.keySet().stream().sorted().toList();
    Fuzz.of(what, 1_000, 64, "")
        .run(
            mutator -> {
              String name = mutator.oneOf(names);
              mutator.tell(name);
              try {
                Files.write(folder.resolve(name), mutator.text(whole.get(name)));
                reader.run();
              } finally {
                Files.write(folder.resolve(name), whole.get(name));
              }
            });
  }
}
