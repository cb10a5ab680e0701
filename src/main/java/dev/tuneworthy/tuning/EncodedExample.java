package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.ChatMessage;
import dev.tuneworthy.decoder.TextModel;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A training example as tokens. The loss is on the completion only.
 *
 * @param prompt the conversation up to where the answer starts
 * @param completion the right answer with the end of its turn
 */
record EncodedExample(List<Integer> prompt, List<Integer> completion) {
  /** Tokens of one completion that are held to the base model at most. */
  static final int MOST_HELD = 16;

  EncodedExample {
    prompt = List.copyOf(prompt);
    completion = List.copyOf(completion);
  }

  /** The zero-shot prompt of an example and its expected answer. */
  static EncodedExample of(Task task, Example example, TextModel model) {
    List<ChatMessage> messages = new ArrayList<>();
    for (Turn turn : TunedCandidate.messages(task, example)) {
      messages.add(new ChatMessage(turn.role(), turn.content()));
    }
    return new EncodedExample(
        model.chatPrompt(messages).tokens(), boxed(model.answer(example.expected())));
  }

  private static List<Integer> boxed(int[] ids) {
    List<Integer> list = new ArrayList<>(ids.length);
    for (int id : ids) {
      list.add(id);
    }
    return list;
  }

  /**
   * Positions in the completion where a KL term holds it to the base model, at most {@value
   * #MOST_HELD}, evenly spread.
   */
  List<Integer> held() {
    int wanted = Math.min(completion.size(), MOST_HELD);
    return IntStream.range(0, wanted).mapToObj(i -> i * completion.size() / wanted).toList();
  }

  /** Positions in the completion, all of them. */
  List<Integer> positions() {
    return IntStream.range(0, completion.size()).boxed().toList();
  }

  int length() {
    return prompt.size() + completion.size();
  }
}
