package dev.tuneworthy.evaluation;

import dev.tuneworthy.cost.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** Answers by a function of the question and remembers what it was asked. */
final class FakeAnswerer implements Answerer {
  static final ModelRef LOCAL = new ModelRef("fake", "f".repeat(64), "cpu");

  final List<Question> asked = new ArrayList<>();
  final List<Integer> slices = new ArrayList<>();
  int closed;
  private final ModelRef model;
  private final Function<Question, Answer> answers;

  FakeAnswerer(ModelRef model, Function<Question, Answer> answers) {
    this.model = model;
    this.answers = answers;
  }

  static FakeAnswerer echo() {
    return new FakeAnswerer(LOCAL, q -> given(lastMessage(q)));
  }

  static Answer given(String text, Double... likelihoods) {
    return new Answer.Given(text, List.of(likelihoods), new TokenUsage(10, 2, 1));
  }

  static String lastMessage(Question question) {
    return question.messages().get(question.messages().size() - 1).content();
  }

  @Override
  public ModelRef model() {
    return model;
  }

  @Override
  public boolean givesLikelihoods() {
    return true;
  }

  @Override
  public List<Answer> choose(List<Question> questions, IntConsumer done) {
    return generate(questions, Decoding.greedy(1), done);
  }

  @Override
  public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
    slices.add(questions.size());
    List<Answer> result = new ArrayList<>();
    for (Question question : questions) {
      asked.add(question);
      result.add(answers.apply(question));
      done.accept(result.size());
    }
    return result;
  }

  @Override
  public void close() {
    closed++;
  }
}
