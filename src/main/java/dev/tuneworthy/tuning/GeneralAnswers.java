package dev.tuneworthy.tuning;

import dev.tuneworthy.decoder.Adapter;
import dev.tuneworthy.decoder.ChatMessage;
import dev.tuneworthy.decoder.Prompt;
import dev.tuneworthy.decoder.TextModel;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.local.LocalModel;
import dev.tuneworthy.task.ContentHash;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the base model answers to general prompts, made once for each model and kept on disk: its
 * own words are what replay holds it to, where the data that it was trained on is not to be had
 * (Huang et al. 2024).
 */
final class GeneralAnswers {
  /** Tokens of an answer; one that is longer is cut and then has no end of turn to learn. */
  static final int MOST_TOKENS = 48;

  private static final int MAGIC = 0x54574741;

  private final LocalModel model;
  private final Path folder;

  GeneralAnswers(LocalModel model, Path cache) {
    this.model = model;
    this.folder = cache.resolve(model.ref().key());
  }

  /** The likeliest answer to each prompt, for replay. */
  List<EncodedExample> greedy(List<String> prompts, Progress progress) {
    return answers(prompts, new TextModel.Sampling(MOST_TOKENS, 0, 0), progress);
  }

  /** An answer drawn at temperature 1 to each prompt: labels from the model's own distribution. */
  List<EncodedExample> drawn(List<String> prompts, long seed, Progress progress) {
    return answers(prompts, new TextModel.Sampling(MOST_TOKENS, 1, seed), progress);
  }

  private List<EncodedExample> answers(
      List<String> prompts, TextModel.Sampling sampling, Progress progress) {
    List<Prompt> asked =
        prompts.stream()
            .map(text -> model.text().chatPrompt(List.of(new ChatMessage("user", text))))
            .toList();
    ContentHash hash = new ContentHash().add(sampling.toString()).add(model.ref().provider());
    prompts.forEach(hash::add);
    Path file = folder.resolve("answers-" + hash.hex().substring(0, 16) + ".bin");
    List<List<Integer>> answers =
        read(file, prompts.size()).orElseGet(() -> generate(asked, sampling, file, progress));
    List<EncodedExample> examples = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      examples.add(new EncodedExample(asked.get(i).tokens(), answers.get(i)));
    }
    return examples;
  }

  private List<List<Integer>> generate(
      List<Prompt> asked, TextModel.Sampling sampling, Path file, Progress progress) {
    try (Adapter none = Adapter.none(model.text().config())) {
      List<List<Integer>> answers =
          model
              .text()
              .generateTokens(
                  asked,
                  sampling,
                  none,
                  done ->
                      progress.report(
                          new Progress.Step("general", "base answers", done, asked.size(), 0)));
      write(file, answers);
      return answers;
    }
  }

  private static void write(Path file, List<List<Integer>> answers) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "answers", ".new");
      try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(fresh))) {
        out.writeInt(MAGIC);
        out.writeInt(answers.size());
        for (List<Integer> answer : answers) {
          out.writeInt(answer.size());
          for (int token : answer) {
            out.writeInt(token);
          }
        }
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          file + ": expected to be written, found " + e + ". Free some space and try again.",
          e);
    }
  }

  /** Answers of an earlier run; empty if there are none or the file is damaged. */
  private static Optional<List<List<Integer>>> read(Path file, int prompts) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (in.readInt() != MAGIC || in.readInt() != prompts) {
        return Optional.empty();
      }
      List<List<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < prompts; i++) {
        int length = in.readInt();
        if (length < 1 || length > MOST_TOKENS) {
          return Optional.empty();
        }
        List<Integer> answer = new ArrayList<>();
        for (int t = 0; t < length; t++) {
          answer.add(in.readInt());
        }
        answers.add(answer);
      }
      return Optional.of(answers);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
