package dev.tuneworthy.retention;

import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** A model that is opened when first needed and then serves several batches. Closes it. */
final class SharedAnswerer implements AutoCloseable {
  private final Supplier<Answerer> open;
  private Optional<Answerer> model = Optional.empty();

  SharedAnswerer(Supplier<Answerer> open) {
    this.open = open;
  }

  /** The model, opened; closing the view leaves it open. */
  Answerer view() {
    if (model.isEmpty()) {
      model = Optional.of(open.get());
    }
    return new View(model.orElseThrow());
  }

  @Override
  public void close() {
    model.ifPresent(Answerer::close);
  }

  private record View(Answerer opened) implements Answerer {
    @Override
    public ModelRef model() {
      return opened.model();
    }

    @Override
    public boolean givesLikelihoods() {
      return opened.givesLikelihoods();
    }

    @Override
    public List<Answer> choose(List<Question> questions, IntConsumer done) {
      return opened.choose(questions, done);
    }

    @Override
    public List<Answer> generate(List<Question> questions, Decoding decoding, IntConsumer done) {
      return opened.generate(questions, decoding, done);
    }

    @Override
    public void close() {
      // Whoever shares it closes it.
    }
  }
}
