package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.BreakEvenPart;
import dev.tuneworthy.decision.DecisionRecord.CandidatePart;
import dev.tuneworthy.decision.DecisionRecord.GatePart;
import dev.tuneworthy.task.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is other in a decision that was made anew: first what was asked, then what came of it. */
final class RepricedChanges {
  private static final String NOTHING = "nothing";

  private final DecisionRecord before;
  private final DecisionRecord now;
  private final List<String> sentences = new ArrayList<>();

  RepricedChanges(DecisionRecord before, DecisionRecord now) {
    this.before = before;
    this.now = now;
  }

  List<String> sentences() {
    terms();
    costs();
    gates();
    add("break-even", breakEven(before.breakEven()), breakEven(now.breakEven()));
    add("verdict", verdict(before), verdict(now));
    return List.copyOf(sentences);
  }

  private void terms() {
    Map<String, String> old = flat("policy", before.policy().content());
    Map<String, String> young = flat("policy", now.policy().content());
    TreeSet<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(young.keySet());
    for (String key : keys) {
      add(key, old.getOrDefault(key, NOTHING), young.getOrDefault(key, NOTHING));
    }
  }

  private void costs() {
    for (CandidatePart part : now.candidates()) {
      before.candidates().stream()
          .filter(old -> part.split().equals(Split.TEST.label()))
          .filter(old -> old.split().equals(part.split()) && old.id().equals(part.id()))
          .findFirst()
          .ifPresent(
              old -> {
                String what = "cost of " + part.id() + " over the horizon, USD";
                add(what, old.cost().overHorizon(), part.cost().overHorizon());
              });
    }
  }

  private void gates() {
    for (GatePart gate : now.gates()) {
      Optional<GatePart> old =
          before.gates().stream()
              .filter(g -> g.gate().equals(gate.gate()))
              .filter(g -> g.candidate().equals(gate.candidate()))
              .findFirst();
      add(
          "gate " + gate.gate() + " of " + gate.candidate(),
          old.map(GatePart::status).orElse(NOTHING),
          gate.status());
    }
  }

  private void add(String what, String old, String young) {
    if (!old.equals(young)) {
      sentences.add("%s: %s before, %s now".formatted(what, old, young));
    }
  }

  private static String verdict(DecisionRecord record) {
    return record.verdict() + record.recommended().map(r -> " (" + r + ")").orElse("");
  }

  private static String breakEven(BreakEvenPart part) {
    return part.requestsPerMonth()
        .map(at -> String.format(Locale.ROOT, "%,.0f requests a month", at))
        .orElse("none (" + part.reason() + ")");
  }

  /** Every value with the keys that lead to it. */
  private static Map<String, String> flat(String path, Map<?, ?> content) {
    Map<String, String> values = new TreeMap<>();
    content.forEach(
        (key, value) -> {
          String below = path + "." + key;
          if (value instanceof Map<?, ?> map) {
            values.putAll(flat(below, map));
          } else {
            values.put(below, String.valueOf(value));
          }
        });
    return values;
  }
}
