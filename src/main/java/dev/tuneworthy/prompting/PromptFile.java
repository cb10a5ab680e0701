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
 * @param messages what is sent before the request itself, the demonstrations among it
 * @param request the last message; {@value #INPUT} stands for what the user says
 * @param shots ids of the demonstrations in the training split, in order
 * @param choices the closed set of answers, empty if open
 * @param calibration what is taken off the likelihoods of the choices, if anything is
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
    Optional<Calibrated> calibration) {
  static final String INPUT = "{input}";
  private static final long LARGEST_FILE = 16L << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new Jdk8Module())
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /** A demonstration. */
  public record Shot(String id, String input, String expected) {}

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
        prompt.shots().stream().map(s -> new Shot(s.id(), s.input(), s.expected())).toList(),
        task.choices(),
        decoding,
        offsets.values().isEmpty()
            ? Optional.empty()
            : Optional.of(new Calibrated(prompt.calibration().label(), offsets.values())));
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
        calibration);
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
    turns.add(Turn.user(request.content().replace(INPUT, input)));
    return Question.chat(id, turns, answerMode() == AnswerMode.CHOOSE ? choices : List.of());
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
