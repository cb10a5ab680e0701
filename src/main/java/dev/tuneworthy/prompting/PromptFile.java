package dev.tuneworthy.prompting;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.ChoiceOffsets;
import dev.tuneworthy.evaluation.Decoding;
import dev.tuneworthy.evaluation.ModelRef;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.task.Example;
import dev.tuneworthy.task.Task;
import dev.tuneworthy.task.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The prompt that a decision recommends, ready to be sent again: what {@code prompt.json} holds.
 *
 * @param candidate id of the candidate
 * @param source what opens the model: {@code provider:model} of a remote one; of a local one its
 *     name in the catalogue or its path
 * @param mode {@code choose} or {@code generate}
 * @param messages what is sent before the request itself, the demonstrations among it unless each
 *     request has its own
 * @param request the last message; {@value #INPUT} stands for what the user says
 * @param shots the demonstrations, in order; with a retrieval the pool that it chooses from
 * @param choices the closed set of answers, empty if open
 * @param calibration what is taken off the likelihoods of the choices, if anything is
 * @param retrieval how each request's own demonstrations are chosen; they are sent between the
 *     messages and the request
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PromptFile(
    @JsonProperty(required = true) String schemaVersion,
    @JsonProperty(required = true) String candidate,
    @JsonProperty(required = true) ModelRef model,
    @JsonProperty(required = true) String source,
    @JsonProperty(required = true) String mode,
    @JsonProperty(required = true) List<Turn> messages,
    @JsonProperty(required = true) Turn request,
    @JsonProperty(required = true) List<Shot> shots,
    @JsonProperty(required = true) List<String> choices,
    @JsonProperty(required = true) Decoding decoding,
    Optional<Calibrated> calibration,
    Optional<Retrieval> retrieval) {
  static final String INPUT = "{input}";
  private static final long LARGEST_FILE = 16L << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new Jdk8Module())
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /**
   * A demonstration.
   *
   * @param history turns before the input, where there are any
   */
  public record Shot(String id, Optional<List<Turn>> history, String input, String expected) {
    static Shot of(Example example) {
      return new Shot(
          example.id(),
          Optional.of(example.history()).filter(turns -> !turns.isEmpty()),
          example.input(),
          example.expected());
    }

    Example example() {
      return new Example(id, history.orElse(List.of()), input, expected, Optional.empty());
    }
  }

  /**
   * The rule by which each request gets its own demonstrations.
   *
   * @param selection as {@code nearest}
   * @param k how many
   */
  public record Retrieval(
      @JsonProperty(required = true) String selection, @JsonProperty(required = true) int k) {
    public Retrieval {
      if (!how(selection).perQuestion() || k < 1 || k > ShotPlan.MOST) {
        throw new IllegalArgumentException(
            "expected a selection for each question and 1 to "
                + ShotPlan.MOST
                + " demonstrations, found "
                + selection
                + " and "
                + k);
      }
    }

    private static Selection how(String label) {
      return Selection.of(label)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "expected one of " + Selection.labels() + ", found '" + label + "'"));
    }

    Retriever over(List<Shot> pool) {
      return Retriever.over(pool.stream().map(Shot::example).toList(), how(selection), k);
    }
  }

  /**
   * How the likelihoods of the choices are read.
   *
   * @param method as {@code contextual}
   * @param logOffsets taken off the log-likelihoods, in the order of the choices
   */
  public record Calibrated(
      @JsonProperty(required = true) String method,
      @JsonProperty(required = true) List<Double> logOffsets) {
    public Calibrated {
      logOffsets = List.copyOf(logOffsets);
    }
  }

  public PromptFile {
    messages = List.copyOf(messages);
    shots = List.copyOf(shots);
    choices = List.copyOf(choices);
    AnswerMode.valueOf(mode.toUpperCase(Locale.ROOT));
  }

  /**
   * The prompt of a candidate.
   *
   * @param offsets that its calibration came to
   */
  public static PromptFile of(
      PromptCandidate prompt,
      Task task,
      String source,
      AnswerMode mode,
      Decoding decoding,
      ChoiceOffsets offsets) {
    return new PromptFile(
        "1",
        prompt.id(),
        prompt.model(),
        source,
        mode.label(),
        prompt.prefix(),
        Turn.user(INPUT),
        prompt.retriever().map(Retriever::pool).orElse(prompt.shots()).stream()
            .map(Shot::of)
            .toList(),
        task.choices(),
        decoding,
        offsets.values().isEmpty()
            ? Optional.empty()
            : Optional.of(new Calibrated(prompt.calibration().label(), offsets.values())),
        prompt.retriever().map(how -> new Retrieval(how.selection().label(), how.k())));
  }

  /**
   * The same prompt under the id of another candidate, as a tuned model that is asked zero-shot.
   */
  public PromptFile forCandidate(String id) {
    return new PromptFile(
        schemaVersion,
        id,
        model,
        source,
        mode,
        messages,
        request,
        shots,
        choices,
        decoding,
        calibration,
        retrieval);
  }

  public AnswerMode answerMode() {
    return AnswerMode.valueOf(mode.toUpperCase(Locale.ROOT));
  }

  /** The answer as this prompt reads it: with its calibration, if it has one. */
  public Answer read(Answer answer) {
    return calibration
        .map(how -> new ChoiceOffsets(how.logOffsets()).apply(answer, choices))
        .orElse(answer);
  }

  /** The question that this prompt puts for what a user says. */
  public Question question(String id, String input) {
    List<Turn> turns = new ArrayList<>(messages);
    retrieval.ifPresent(
        how -> PromptCandidate.show(how.over(shots).choose(List.of(), input), turns));
    turns.add(Turn.user(request.content().replace(INPUT, input)));
    return Question.chat(id, turns, answerMode() == AnswerMode.CHOOSE ? choices : List.of())
        .sharing(messages.size());
  }

  /**
   * Writes the prompt, in place of what the file held.
   *
   * @throws ServiceException {@code DISK} if the file cannot be written
   */
  public void write(Path file) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(unfinished, JSON.writeValueAsString(this) + "\n");
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.DISK,
          file + ": expected a file that can be written, found " + e + ". Check the disk.",
          e);
    }
  }

  /**
   * Reads a prompt back.
   *
   * @throws ServiceException {@code FILE_NOT_FOUND}, or {@code BAD_REQUEST} if it is no prompt
   */
  public static PromptFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw ServiceException.of(
          ErrorCode.FILE_NOT_FOUND,
          file.toString(),
          "a prompt",
          "no such file",
          "Give the folder of a finished decision.");
    }
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw ServiceException.of(
            ErrorCode.INPUT_TOO_LARGE,
            file.toString(),
            "at most " + LARGEST_FILE + " bytes",
            String.valueOf(Files.size(file)),
            "Decide again to write the prompt anew.");
      }
      return JSON.readValue(file.toFile(), PromptFile.class);
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.BAD_REQUEST,
          file
              + ": expected a prompt as a decision writes it, found something else ("
              + firstLine(e)
              + "). Decide again to write it anew.",
          e);
    }
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
