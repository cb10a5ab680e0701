package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.Verdict;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Answer;
import dev.tuneworthy.evaluation.AnswerMode;
import dev.tuneworthy.evaluation.Answerer;
import dev.tuneworthy.evaluation.Question;
import dev.tuneworthy.prompting.PromptFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

@CommandLine.Command(
    name = "ask",
    description = "Answer a text with the candidate that a decision recommends.",
    footer = {
      "",
      "Prints the answer alone on standard output.",
      "",
      "Examples:",
      "  tuneworthy ask decisions/mine \"My parcel has not arrived\"",
      "  tuneworthy ask decisions/mine \"My parcel has not arrived\" --with prompt"
    })
final class AskCommand extends Command {
  private final Workshop workshop;
  private final Console console;

  @CommandLine.Parameters(index = "0", paramLabel = "DECISION", description = "A decision folder.")
  private Path decision = Path.of("");

  @CommandLine.Parameters(index = "1", paramLabel = "TEXT", description = "What the user says.")
  private String text = "";

  @CommandLine.Option(
      names = "--with",
      paramLabel = "WHICH",
      description = "prompt or adapter, whatever the verdict is. Default: what is recommended.")
  private Optional<String> with = Optional.empty();

  @CommandLine.Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "The local model, if it is not in the store under the name in the record.")
  private Optional<String> model = Optional.empty();

  AskCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    if (text.isBlank()) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE, "TEXT", "something to answer", "nothing", "Give a text.");
    }
    boolean tuned = tuned();
    Path adapter = decision.resolve("adapter");
    PromptFile prompt =
        PromptFile.read(tuned ? adapter.resolve("prompt.json") : decision.resolve("prompt.json"));
    Question question = prompt.question("ask", text);
    Answer answer =
        tuned || !prompt.model().remote()
            ? local(prompt, question, tuned ? Optional.of(adapter) : Optional.empty())
            : remote(prompt, question);
    if (answer instanceof Answer.Missing missing) {
      throw ServiceException.of(
          ErrorCode.REMOTE_MODEL,
          "model " + prompt.model().id(),
          "an answer",
          missing.reason(),
          "Try again.");
    }
    console.result(((Answer.Given) answer).text());
    return ExitCodes.GO;
  }

  private boolean tuned() {
    if (with.isPresent()) {
      return switch (with.get()) {
        case "adapter" -> true;
        case "prompt" -> false;
        default ->
            throw ServiceException.of(
                ErrorCode.BAD_USAGE,
                "--with",
                "prompt or adapter",
                "'" + with.get() + "'",
                "Name one of them, or leave it out.");
      };
    }
    DecisionRecord read = workshop.folders().read(decision);
    if (read.recommended().isEmpty()) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "decision " + decision,
          "a recommended candidate",
          "the verdict " + read.verdict(),
          "Name the candidate to try: --with prompt or --with adapter.");
    }
    return read.verdict() == Verdict.TUNE;
  }

  private Answer local(PromptFile prompt, Question question, Optional<Path> adapter) {
    String named = model.orElse(prompt.source());
    try (ProgressLine progress = new ProgressLine(console);
        LocalModel local = workshop.localModel(named, progress);
        Answerer answerer = adapter.map(local::tuned).orElseGet(local::base)) {
      checkModel(prompt, local);
      return prompt.answerMode() == AnswerMode.CHOOSE
          ? prompt.read(answerer.choose(List.of(question), n -> {}).get(0))
          : answerer.generate(List.of(question), prompt.decoding(), n -> {}).get(0);
    }
  }

  private void checkModel(PromptFile prompt, LocalModel local) {
    if (!local.ref().sha256().equals(prompt.model().sha256())) {
      throw ServiceException.of(
          ErrorCode.CONFLICT,
          "model " + local.ref().id(),
          "the model of the decision, SHA-256 " + prompt.model().sha256(),
          local.ref().sha256(),
          "Name the right one with --model, or decide again.");
    }
  }

  private Answer remote(PromptFile prompt, Question question) {
    try (Answerer answerer = workshop.remoteModel(Inputs.remote(prompt.source()))) {
      return answerer.generate(List.of(question), prompt.decoding(), n -> {}).get(0);
    }
  }
}
