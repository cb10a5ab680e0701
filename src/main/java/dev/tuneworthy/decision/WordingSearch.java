package dev.tuneworthy.decision;

import dev.tuneworthy.decision.PromptReadings.Reading;
import dev.tuneworthy.decision.Race.Beaten;
import dev.tuneworthy.prompting.PromptCandidate;
import dev.tuneworthy.prompting.Selection;
import dev.tuneworthy.prompting.ShotPlan;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Split;
import dev.tuneworthy.task.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Chooses among the wordings of a task's instruction on <i>dev</i>, each asked with no and with
 * four demonstrations: all on the screening half, the better half of them on all of dev (successive
 * halving, Jamieson and Talwalkar 2016), the best by the mean of both prompts. A wording both of
 * whose prompts are beaten by those of others is out at once.
 */
final class WordingSearch {
  private static final int SHOTS = 4;

  private final Climb climb;
  private final DevOrder order;
  private final SearchLog log;
  private final List<PromptReadings> readings;

  /** A wording's two prompts. */
  private record Wording(int number, List<PromptCandidate> prompts) {}

  private record Judged(Wording wording, double quality) {}

  WordingSearch(Climb climb, DevOrder order, SearchLog log) {
    this.climb = climb;
    this.order = order;
    this.log = log;
    int contestants = climb.task().instructions().size() * PromptReadings.ways(climb);
    this.readings =
        IntStream.range(0, 2)
            .mapToObj(kind -> new PromptReadings(climb, new Race(contestants), log))
            .toList();
  }

  /** The task with the wording that does best; the task itself where it has only one. */
  Task best() {
    Task task = climb.task();
    if (task.instructions().size() == 1) {
      return task;
    }
    List<Wording> all =
        IntStream.rangeClosed(1, task.instructions().size())
            .mapToObj(number -> new Wording(number, prompts(task.worded(number))))
            .toList();
    List<Judged> screened = run(all, order.screening(climb.mode()));
    int half = (all.size() + 1) / 2;
    for (int i = half; i < screened.size(); i++) {
      drop(
          screened.get(i).wording(),
          SearchLog.halved("wording", i + 1, screened.size(), order.half()));
    }
    List<Wording> kept = screened.stream().limit(half).map(Judged::wording).toList();
    List<Judged> judged =
        order.finals().isEmpty() || kept.size() == 1 ? screened : run(kept, order.finals());
    for (Judged loser : judged.subList(1, judged.size())) {
      if (kept.contains(loser.wording())) {
        drop(loser.wording(), "not the best wording of the instruction");
      }
    }
    return task.worded(judged.get(0).wording().number());
  }

  private List<PromptCandidate> prompts(Task worded) {
    List<PromptCandidate> prompts = new ArrayList<>();
    prompts.add(PromptCandidate.zeroShot(worded, climb.prompt().ref(), climb.prompt().opener()));
    Selection selection = worded.closed() ? Selection.BALANCED : Selection.RANDOM;
    if (worded.split(Split.TRAIN).size() >= SHOTS) {
      ShotPlan plan = new ShotPlan(SHOTS, selection, climb.request().seed() * 10);
      prompts.add(
          PromptCandidate.fewShot(worded, plan, climb.prompt().ref(), climb.prompt().opener()));
    }
    return prompts.stream().filter(new PromptLength(climb)::fits).toList();
  }

  /** Asks up to the end unless beaten; those that are still in, the best first. */
  private List<Judged> run(List<Wording> wordings, List<Integer> looks) {
    List<Wording> in = new ArrayList<>(wordings);
    List<Judged> judged = List.of();
    for (int n : looks) {
      List<Example> examples = order.first(n);
      judged =
          in.stream()
              .map(wording -> new Judged(wording, quality(wording, examples)))
              .sorted(Comparator.comparingDouble((Judged one) -> -one.quality()))
              .toList();
      for (Wording wording : List.copyOf(in)) {
        Optional<String> why = beaten(wording);
        if (why.isPresent() && in.size() > 1) {
          drop(wording, why.get());
          in.remove(wording);
        }
      }
    }
    return judged.stream().filter(one -> in.contains(one.wording())).toList();
  }

  private double quality(Wording wording, List<Example> examples) {
    double sum = 0;
    for (int kind = 0; kind < wording.prompts().size(); kind++) {
      Reading read = readings.get(kind).read(wording.prompts().get(kind), examples);
      sum += read.quality();
    }
    return wording.prompts().isEmpty() ? 0 : sum / wording.prompts().size();
  }

  private Optional<String> beaten(Wording wording) {
    Optional<Beaten> last = Optional.empty();
    for (int kind = 0; kind < wording.prompts().size(); kind++) {
      last = readings.get(kind).beaten(wording.prompts().get(kind));
      if (last.isEmpty()) {
        return Optional.empty();
      }
    }
    return last.map(Beaten::told);
  }

  private void drop(Wording wording, String why) {
    wording.prompts().forEach(prompt -> log.dropped(prompt.id(), why));
  }
}
