package dev.tuneworthy.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How much a prompt favours each choice whatever it is asked: log(mean probability), fitted on
 * calibration questions and taken off the log-likelihoods before the best choice is taken, which is
 * q ∝ p / p̄ (Zhao et al. 2021; Fei et al. 2023; Zhou et al. 2023 differ in what they ask).
 *
 * @param values natural logarithms, one for each choice; empty where nothing is taken off
 */
public record ChoiceOffsets(List<Double> values) {
  public static final ChoiceOffsets NONE = new ChoiceOffsets(List.of());

  /** Under this a mean probability counts as this, so that no choice gains without bound. */
  private static final double LEAST = 1e-6;

  public ChoiceOffsets {
    values = List.copyOf(values);
    if (!values.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("offsets have to be finite: " + values);
    }
  }

  /**
   * From the answers to calibration questions, which all have the same choices; answers without
   * likelihoods are left out.
   */
  public static ChoiceOffsets fit(List<Answer> answers) {
    List<List<Double>> scored =
        answers.stream()
            .filter(answer -> answer instanceof Answer.Given)
            .map(answer -> ((Answer.Given) answer).logLikelihoods())
            .filter(likelihoods -> !likelihoods.isEmpty())
            .toList();
    if (scored.isEmpty()) {
      return NONE;
    }
    double[] mean = new double[scored.get(0).size()];
    for (List<Double> likelihoods : scored) {
      double[] shares = shares(likelihoods);
      for (int c = 0; c < mean.length; c++) {
        mean[c] += shares[c] / scored.size();
      }
    }
    List<Double> offsets = new ArrayList<>();
    for (double share : mean) {
      offsets.add(Math.log(Math.max(share, LEAST)));
    }
    return new ChoiceOffsets(offsets);
  }

  /** The probabilities of the choices among themselves. */
  private static double[] shares(List<Double> likelihoods) {
    double highest = Collections.max(likelihoods);
    double[] shares = likelihoods.stream().mapToDouble(v -> Math.exp(v - highest)).toArray();
    double sum = 0;
    for (double share : shares) {
      sum += share;
    }
    for (int c = 0; c < shares.length; c++) {
      shares[c] /= sum;
    }
    return shares;
  }

  /**
   * The answer with the choice that is best once the offsets are taken off; where two tie, the
   * first. The likelihoods that it carries stay as the model gave them.
   */
  public Answer apply(Answer answer, List<String> choices) {
    if (!(answer instanceof Answer.Given given) || given.logLikelihoods().size() != values.size()) {
      return answer;
    }
    int best = 0;
    for (int c = 1; c < values.size(); c++) {
      if (above(given.logLikelihoods(), c) > above(given.logLikelihoods(), best)) {
        best = c;
      }
    }
    return values.isEmpty()
        ? answer
        : new Answer.Given(choices.get(best), given.logLikelihoods(), given.tokens());
  }

  /**
   * The probability of each choice among all once the offsets are taken off; empty for an answer
   * without likelihoods.
   */
  List<Double> probabilities(Answer.Given given) {
    List<Double> raw = given.logLikelihoods();
    if (raw.isEmpty()) {
      return List.of();
    }
    boolean fitted = raw.size() == values.size();
    List<Double> left = new ArrayList<>();
    for (int c = 0; c < raw.size(); c++) {
      left.add(fitted ? above(raw, c) : raw.get(c));
    }
    return Arrays.stream(shares(left)).boxed().toList();
  }

  private double above(List<Double> likelihoods, int choice) {
    return likelihoods.get(choice) - values.get(choice);
  }
}
