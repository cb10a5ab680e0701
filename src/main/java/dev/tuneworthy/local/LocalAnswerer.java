package dev.tuneworthy.local;

import dev.tuneworthy.cost.TokenUsage;
import dev.tuneworthy.decoder.Adapter;
import dev.tuneworthy.decoder.Prompt;
import dev.tuneworthy.decoder.TextModel;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Asks a {@link TextModel} with one adapter. Tokens are counted as production would send them: what
 * all questions of a candidate start with is cached input, the rest is fresh, the answer with the
 * end of its turn is output.
 */
final class LocalAnswerer implements Answerer {
  private final ModelRef ref;
  private final TextModel model;
  private final Adapter adapter;

  LocalAnswerer(ModelRef ref, TextModel model, Adapter adapter) {
    this.ref = ref;
    this.model = model;
    this.adapter = adapter;
  }

  @Override
  public ModelRef model() {
    return ref;
  }

  @Override
  public boolean givesLikelihoods() {
    return true;
  }

  @Override
  public List<Answer> choose(List<Question> questions, IntConsumer done) {
    List<Prompt> prompts = prompts(questions);
    List<TextModel.Choices> requests = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      requests.add(new TextModel.Choices(prompts.get(i), answers(questions.get(i))));
    }
    List<List<Double>> scores = model.choose(requests, adapter, done);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      TextModel.Choices request = requests.get(i);
      if (!scores.get(i).stream().allMatch(Double::isFinite)) {
        answers.add(
            new Answer.Missing(
                "the likelihoods of the choices are no numbers", usage(request.prompt(), 0)));
        continue;
      }
      int best = best(scores.get(i));
      int output = request.answers().get(best).length;
      answers.add(
          new Answer.Given(
              questions.get(i).choices().get(best),
              scores.get(i),
              usage(request.prompt(), output)));
    }
    return answers;
  }

  @Override
  public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
    List<Prompt> prompts = prompts(questions);
    TextModel.Sampling sampling =
        new TextModel.Sampling(decoding.maxTokens(), decoding.temperature(), decoding.seed());
    List<TextModel.Generated> generated = model.generate(prompts, sampling, adapter, done);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      answers.add(
          new Answer.Given(
              generated.get(i).text(),
              List.of(),
              usage(prompts.get(i), generated.get(i).tokens())));
    }
    return answers;
  }

  /** A plain text that stands before every question is read once for all of them. */
  private List<Prompt> prompts(List<Question> questions) {
    boolean same =
        questions.size() > 1
            && questions.stream().allMatch(question -> question.messages().isEmpty())
            && questions.stream().map(Question::text).distinct().count() == 1;
    return questions.stream()
        .map(this::prompt)
        .map(prompt -> same ? new Prompt(prompt.tokens(), prompt.length()) : prompt)
        .toList();
  }

  private Prompt prompt(Question question) {
    return question.messages().isEmpty()
        ? model.text(question.text())
        : model.chatPrompt(LocalModel.chat(question.messages()), question.shared());
  }

  private List<int[]> answers(Question question) {
    return question.choices().stream()
        .map(
            choice ->
                question.messages().isEmpty()
                    ? model.continuation(question.text(), choice)
                    : model.answer(choice))
        .toList();
  }

  /** Where two choices tie, the first counts. */
  private static int best(List<Double> scores) {
    int best = 0;
    for (int i = 1; i < scores.size(); i++) {
      if (scores.get(i) > scores.get(best)) {
        best = i;
      }
    }
    return best;
  }

  static TokenUsage usage(Prompt prompt, int output) {
    return new TokenUsage(prompt.stable(), prompt.tokens().size() - prompt.stable(), output);
  }

  @Override
  public void close() {
    adapter.close();
  }
}
