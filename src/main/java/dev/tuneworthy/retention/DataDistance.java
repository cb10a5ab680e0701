package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * How far a task's training data lie from what the base model knows: where they lie far off, tuning
 * moves the weights most and costs most of what they held. Inputs are compared with the sentences
 * of a neutral text, each predicted after the task's instruction, so that both are equally short
 * and equally out of place.
 */
public final class DataDistance {
  /** Training examples that are looked at. */
  private static final int EXAMPLES = 60;

  /** An input is an outlier if so few neutral sentences are as surprising. */
  private static final double TAIL = 0.05;

  /** Outliers from which the data count as far off; a neutral text itself has {@value #TAIL}. */
  static final double MANY_OUTLIERS = 0.25;

  /** Characters a token under which a word of five letters or more is split badly. */
  private static final double FEW_CHARACTERS = 2;

  private static final double MANY_SPLIT_WORDS = 0.10;
  private static final int LONG_WORD = 5;
  private static final int WORDS_SHOWN = 8;
  private static final long SEED = 3;
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+");
  private static final Pattern NOT_A_LETTER = Pattern.compile("[^\\p{L}]+");

  private DataDistance() {}

  /**
   * What was found.
   *
   * @param examples training examples looked at
   * @param inputs median bits a byte of their inputs
   * @param neutral the same of the neutral text's sentences
   * @param completions median bits a byte of the right answers, asked as the tuned model is asked
   * @param outliers share of the inputs that are more surprising than 95 % of the neutral sentences
   * @param splitWords share of the data's long words that the vocabulary splits badly
   * @param worstWords some of them, worst first
   * @param tokens read to find out
   */
  public record Report(
      int examples,
      double inputs,
      double neutral,
      double completions,
      double outliers,
      double splitWords,
      List<String> worstWords,
      long tokens) {
    public Report {
      worstWords = List.copyOf(worstWords);
    }

    /** A sentence, where the data are far off. */
    public Optional<String> warning() {
      List<String> signs = new ArrayList<>();
      if (outliers >= MANY_OUTLIERS) {
        signs.add(
            String.format(
                Locale.ROOT,
                "%.0f %% of the inputs surprise it more than 95 %% of neutral prose does (%.2f bits"
                    + " a byte against %.2f)",
                100 * outliers,
                inputs,
                neutral));
      }
      if (splitWords >= MANY_SPLIT_WORDS) {
        signs.add(
            String.format(
                Locale.ROOT,
                "its vocabulary splits %.0f %% of the long words badly (%s)",
                100 * splitWords,
                String.join(", ", worstWords)));
      }
      return signs.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "The training data are far from what the base model knows: "
                  + String.join("; ", signs)
                  + ". Tuning on such data costs most of what it knew; measure retention.");
    }
  }

  /**
   * Measures.
   *
   * @param base gives likelihoods; stays the caller's
   * @param countTokens of a text
   * @throws IllegalArgumentException if the neutral text has fewer than twenty sentences
   */
  public static Report measure(
      Task task, Answerer base, ToIntFunction<String> countTokens, String neutral) {
    List<String> sentences =
        Arrays.stream(SENTENCE_END.split(neutral.strip().replaceAll("\\s+", " ")))
            .filter(sentence -> sentence.length() >= LONG_WORD)
            .toList();
    if (sentences.size() < 1 / TAIL) {
      throw new IllegalArgumentException(
          "a neutral text has at least 20 sentences, not " + sentences.size());
    }
    List<Example> examples = some(task.split(Split.TRAIN));
    Bits inputs = bits(base, task, examples.stream().map(Example::input).toList());
    Bits usual = bits(base, task, sentences.subList(0, Math.min(EXAMPLES, sentences.size())));
    Bits completions = completionBits(base, task, examples);
    double limit = quantile(usual.values(), 1 - TAIL);
    Set<String> words = longWords(examples);
    List<String> split =
        words.stream()
            .filter(word -> charactersAToken(word, countTokens) < FEW_CHARACTERS)
            .sorted(Comparator.comparingDouble(word -> charactersAToken(word, countTokens)))
            .toList();
    return new Report(
        examples.size(),
        quantile(inputs.values(), 0.5),
        quantile(usual.values(), 0.5),
        quantile(completions.values(), 0.5),
        (double) Arrays.stream(inputs.values()).filter(value -> value > limit).count()
            / inputs.values().length,
        words.isEmpty() ? 0 : (double) split.size() / words.size(),
        split.subList(0, Math.min(WORDS_SHOWN, split.size())),
        inputs.tokens() + usual.tokens() + completions.tokens());
  }

  private static List<Example> some(List<Example> all) {
    List<Example> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(SEED));
    return shuffled.subList(0, Math.min(EXAMPLES, shuffled.size()));
  }

  /** Bits a byte of some texts, and the tokens read for them. */
  private record Bits(double[] values, long tokens) {}

  private static Bits bits(Answerer base, Task task, List<String> texts) {
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      questions.add(
          Question.continuation(
              "text-" + i, task.renderedInstruction(), List.of(" " + texts.get(i))));
    }
    return bits(base, questions);
  }

  private static Bits completionBits(Answerer base, Task task, List<Example> examples) {
    List<Question> questions = new ArrayList<>();
    for (Example example : examples) {
      List<Turn> turns = new ArrayList<>(List.of(Turn.system(task.renderedInstruction())));
      turns.addAll(example.history());
      turns.add(Turn.user(example.input()));
      questions.add(Question.chat(example.id(), turns, List.of(example.expected())));
    }
    return bits(base, questions);
  }

  /** −log₂ likelihood of each question's only choice, a byte of it. */
  private static Bits bits(Answerer base, List<Question> questions) {
    List<Answer> answers = base.choose(questions, done -> {});
    double[] bits = new double[questions.size()];
    for (int i = 0; i < bits.length; i++) {
      if (!(answers.get(i) instanceof Answer.Given given) || given.logLikelihoods().isEmpty()) {
        throw new IllegalArgumentException("the base model gives no likelihoods");
      }
      int bytes = questions.get(i).choices().get(0).getBytes(StandardCharsets.UTF_8).length;
      bits[i] = -given.logLikelihoods().get(0) / Math.log(2) / bytes;
    }
    return new Bits(bits, answers.stream().mapToLong(answer -> answer.tokens().total()).sum());
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1.0, Math.floor(share * sorted.length))];
  }

  private static Set<String> longWords(List<Example> examples) {
    Set<String> words = new LinkedHashSet<>();
    for (Example example : examples) {
      for (String word : NOT_A_LETTER.split(example.input() + " " + example.expected())) {
        if (word.length() >= LONG_WORD) {
          words.add(word);
        }
      }
    }
    return words;
  }

  /** As it stands in a sentence, after a space. */
  private static double charactersAToken(String word, ToIntFunction<String> countTokens) {
    return (double) word.length() / Math.max(1, countTokens.applyAsInt(" " + word));
  }
}
