package dev.tuneworthy.decision;

import dev.tuneworthy.tuning.TrainingResult;
import dev.tuneworthy.tuning.TuningPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the record tells of a training: its plan, its curve on dev, what its probes saw. */
final class TrainingLine {
  private TrainingLine() {}

  static Map<String, Object> of(String candidate, TuningPlan plan, TrainingResult result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("seed", plan.seed());
    line.put("rank", plan.rank());
    line.put("alpha", plan.alpha());
    line.put("learningRate", plan.learningRate());
    line.put("epochs", plan.epochs());
    line.put("batch", plan.batch());
    line.put("warmUpShare", plan.warmUpShare());
    line.put("clipNorm", plan.clipNorm());
    line.put("patience", plan.patience());
    if (plan.firstLayer() > 0) {
      line.put("firstLayer", plan.firstLayer());
    }
    line.put("bestEpoch", result.bestEpoch());
    line.put("diverged", result.diverged());
    line.put("trainedTokens", result.trainedTokens());
    line.put("adapter", result.adapter().sha256());
    line.put("curve", curve(result));
    line.put("probes", result.probes().stream().map(TrainingLine::probe).toList());
    result.stopped().ifPresent(why -> line.put("stopped", why));
    line.put("seconds", Rungs.rounded(result.seconds()));
    line.put("examplesPerSecond", Rungs.rounded(result.examplesPerSecond()));
    line.put("candidate", candidate);
    return line;
  }

  private static List<Map<String, Object>> curve(TrainingResult result) {
    List<Map<String, Object>> curve = new ArrayList<>();
    for (TrainingResult.EpochPoint point : result.curve()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("epoch", point.epoch());
      each.put("step", point.step());
      each.put("trainLoss", point.trainLoss());
      each.put("devQuality", point.devQuality());
      curve.add(each);
    }
    return curve;
  }

  private static Map<String, Object> probe(TrainingResult.ProbePoint point) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", point.step());
    line.put("klToBase", point.klToBase());
    line.put("asked", point.reading().asked());
    line.put("lost", point.reading().lost());
    line.put("gained", point.reading().gained());
    line.put("logEvidence", point.reading().logEvidence());
    return line;
  }
}
