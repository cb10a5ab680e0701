package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.ConflictPart;
import dev.tuneworthy.decision.DecisionRecord.LabelPart;
import dev.tuneworthy.decision.DecisionRecord.LabelsPart;
import dev.tuneworthy.decision.DecisionRecord.SaidPart;
import dev.tuneworthy.decision.DecisionRecord.SuspectPart;
import dev.tuneworthy.evaluation.Belief;
import dev.tuneworthy.evaluation.ItemResult;
import dev.tuneworthy.evaluation.Trial;
import dev.tuneworthy.task.DataReport;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Labels that a person should look at. An example of dev or test is suspicious when more than half
 * of the candidates, two at least, contradict its label with one and the same other answer and each
 * of them with confidence, after Northcutt, Jiang and Chuang (2021): the probability of that answer
 * is at least the mean that the candidate gives to it on the examples so labelled, so that a
 * candidate's general timidity or boldness does not count. Witnesses are those that met the whole
 * split with likelihoods and were right on at least half of it; one prompt, however calibrated, is
 * one witness. Train is not looked into, for tuned models have learnt its labels.
 *
 * <p>A hard example looks much like a mislabelled one, so nothing is changed or left out.
 */
final class LabelNoise {
  /** Examples, and conflicts, that a record lists. */
  static final int LISTED = 20;

  private static final int FEWEST_WITNESSES = 2;
  private static final double BETTER_THAN_NOT = 0.5;
  private static final int SHOWN = 240;

  private final Task task;
  private final List<TrialLog.Entry> trials;

  LabelNoise(Task task, List<TrialLog.Entry> trials) {
    this.task = task;
    this.trials = trials;
  }

  LabelsPart look(DataReport data) {
    List<SuspectPart> suspects = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    for (Split split : List.of(Split.DEV, Split.TEST)) {
      List<Witness> witnesses = witnesses(split);
      suspects.addAll(suspects(task.split(split), witnesses));
      asked.add("%d on %s".formatted(witnesses.size(), split.label()));
    }
    suspects.sort(Comparator.comparingDouble(LabelNoise::suspicion).reversed());
    return new LabelsPart(
        data.conflicts().stream().limit(LISTED).map(LabelNoise::part).toList(),
        suspects.subList(0, Math.min(LISTED, suspects.size())),
        suspects.size(),
        "Contradicted with confidence by more than half of the candidates that gave likelihoods and"
            + " were right on at least half of the split: "
            + String.join(", ", asked)
            + ".");
  }

  /** Of each prompt the calibration that did best. */
  private List<Witness> witnesses(Split split) {
    Map<String, TrialLog.Entry> best = new LinkedHashMap<>();
    for (TrialLog.Entry entry : trials) {
      Trial trial = entry.trial();
      if (trial.split() == split && trial.n() == task.split(split).size()) {
        best.merge(
            entry.fingerprint(), entry, (a, b) -> right(b.trial()) > right(a.trial()) ? b : a);
      }
    }
    return best.values().stream()
        .map(TrialLog.Entry::trial)
        .filter(trial -> trial.results().stream().allMatch(r -> r.belief().isPresent()))
        .filter(trial -> right(trial) >= BETTER_THAN_NOT * trial.n())
        .map(trial -> new Witness(trial, task.split(split)))
        .toList();
  }

  private static long right(Trial trial) {
    return trial.results().stream().filter(ItemResult::correct).count();
  }

  private static List<SuspectPart> suspects(List<Example> examples, List<Witness> witnesses) {
    return IntStream.range(0, examples.size())
        .mapToObj(i -> suspect(examples.get(i), i, witnesses))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<SuspectPart> suspect(Example example, int i, List<Witness> witnesses) {
    Map<String, List<SaidPart>> against = new LinkedHashMap<>();
    for (Witness witness : witnesses) {
      if (witness.contradicts(i)) {
        against.computeIfAbsent(witness.answer(i), a -> new ArrayList<>()).add(witness.said(i));
      }
    }
    return against.entrySet().stream()
        .filter(one -> one.getValue().size() >= FEWEST_WITNESSES)
        .filter(one -> 2 * one.getValue().size() > witnesses.size())
        .findFirst()
        .map(
            one ->
                new SuspectPart(
                    example.id(),
                    shown(example.input()),
                    example.expected(),
                    one.getKey(),
                    witnesses.size(),
                    one.getValue()));
  }

  /** Share of the witnesses that contradict, then how sure they are. */
  private static double suspicion(SuspectPart suspect) {
    double sure =
        suspect.said().stream()
            .mapToDouble(said -> said.probability() - said.ofExpected())
            .average()
            .orElse(0);
    return (double) suspect.said().size() / suspect.witnesses() + sure / 100;
  }

  private static ConflictPart part(DataReport.Conflict conflict) {
    return new ConflictPart(
        shown(conflict.examples().get(0).input()),
        conflict.examples().stream()
            .limit(LISTED)
            .map(example -> new LabelPart(example.id(), example.expected()))
            .toList());
  }

  private static String shown(String text) {
    return text.codePointCount(0, text.length()) <= SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + " …";
  }

  /** A candidate on a split, and how sure it usually is of each answer where that is right. */
  private static final class Witness {
    private final Trial trial;
    private final List<Example> examples;
    private final Map<String, Double> usual = new HashMap<>();

    Witness(Trial trial, List<Example> examples) {
      this.trial = trial;
      this.examples = examples;
      Map<String, List<Double>> byLabel = new HashMap<>();
      for (int i = 0; i < examples.size(); i++) {
        byLabel
            .computeIfAbsent(examples.get(i).expected(), label -> new ArrayList<>())
            .add(belief(i).expected());
      }
      byLabel.forEach((label, all) -> usual.put(label, mean(all)));
    }

    boolean contradicts(int i) {
      boolean known = usual.containsKey(answer(i));
      return known
          && !answer(i).equals(examples.get(i).expected())
          && belief(i).answered() >= usual.get(answer(i));
    }

    String answer(int i) {
      return trial.results().get(i).answer();
    }

    SaidPart said(int i) {
      return new SaidPart(trial.candidateId(), belief(i).answered(), belief(i).expected());
    }

    private Belief belief(int i) {
      return trial.results().get(i).belief().orElseThrow();
    }

    private static double mean(Collection<Double> values) {
      return values.stream().mapToDouble(v -> v).average().orElseThrow();
    }
  }
}
