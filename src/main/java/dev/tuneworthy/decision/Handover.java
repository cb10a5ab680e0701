package dev.tuneworthy.decision;

import dev.tuneworthy.checkpoint.PeftAdapter;
import dev.tuneworthy.decision.TuneRung.Tuned;
import dev.tuneworthy.evaluation.ChoiceOffsets;
import dev.tuneworthy.evaluation.JsonlOutcomes;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.prompting.PromptFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a decision leaves in its folder for those who go on with it: the record, every outcome, the
 * best prompt and the tuned finalist.
 */
final class Handover {
  private final Climb climb;

  Handover(Climb climb) {
    this.climb = climb;
  }

  /**
   * Writes all of it.
   *
   * @param shown the best adapter with demonstrations, if they help
   * @param best the adapter to hand over, if there is one
   */
  void write(
      DecisionRecord record,
      PromptSearch.Found prompts,
      Optional<TunedWithShots> shown,
      Optional<Tuned> best) {
    DecisionFolder folder = climb.folder();
    folder.remove(DecisionFolder.ADAPTER);
    Optional<TunedWithShots> recommended =
        shown.filter(it -> record.recommended().map(it.id()::equals).orElse(false));
    recommended.ifPresentOrElse(
        it -> writeAdapter(it.tuned().adapter(), it.prompt(), it.id()),
        () -> best.ifPresent(it -> writeAdapter(it.adapter(), zeroShot(it), it.candidate().id())));
    PromptCandidate prompt = bestPrompt(record, prompts);
    PromptFile.of(
            prompt,
            climb.task(),
            climb.prompt().source(),
            climb.mode(),
            climb.decoding(),
            climb.trials().offsets(prompt.id()))
        .write(folder.path(DecisionFolder.PROMPT));
    JsonlOutcomes.write(
        folder.path(DecisionFolder.OUTCOMES),
        climb.trials().all().stream().map(TrialLog.Entry::trial).toList());
    folder.write(record);
  }

  /** The adapter with the prompt that it is asked by. */
  private void writeAdapter(PeftAdapter adapter, PromptCandidate prompt, String id) {
    adapter.write(climb.folder().path(DecisionFolder.ADAPTER));
    PromptFile.of(
            prompt,
            climb.task(),
            climb.request().localModel(),
            climb.mode(),
            climb.decoding(),
            ChoiceOffsets.NONE)
        .forCandidate(id)
        .write(climb.folder().path(DecisionFolder.ADAPTER).resolve(DecisionFolder.PROMPT));
  }

  private PromptCandidate zeroShot(Tuned asked) {
    return PromptCandidate.zeroShot(asked.task(), climb.bench().ref(), climb.bench()::base);
  }

  /** The recommended prompt, else the one that did best on test. */
  private PromptCandidate bestPrompt(DecisionRecord record, PromptSearch.Found prompts) {
    List<PromptCandidate> both = new ArrayList<>();
    prompts.fewShot().ifPresent(both::add);
    both.add(prompts.zeroShot());
    Optional<PromptCandidate> recommended =
        both.stream()
            .filter(p -> record.recommended().map(p.id()::equals).orElse(false))
            .findFirst();
    return recommended.orElseGet(
        () ->
            both.stream()
                .max(Comparator.comparingDouble(prompt -> onTest(record, prompt)))
                .orElseThrow());
  }

  private static double onTest(DecisionRecord record, PromptCandidate prompt) {
    return record.candidates().stream()
        .filter(c -> c.split().equals("test") && c.id().equals(prompt.id()))
        .mapToDouble(c -> c.quality().value())
        .findFirst()
        .orElse(0);
  }
}
