package dev.tuneworthy.cli;

import dev.tuneworthy.decision.DecisionRecord;
import dev.tuneworthy.decision.RemoteConsent;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Progress;
import dev.tuneworthy.suite.BaselineSuite;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;

@CommandLine.Command(
    name = "retention",
    description = "Measure what a model forgets under an adapter, or in another form.",
    footer = {
      "",
      "Puts every item of the suites to the base model and to the model with the adapter, by",
      "likelihood and by free answers, and counts what was lost and gained. Judged as if the",
      "adapter were always on: at most 3 points lost in the pool, 5 in a capability.",
      "Exit codes: 0 kept, 2 lost too much, 4 undecided.",
      "",
      "Examples:",
      "  tuneworthy retention --adapter decisions/mine/adapter",
      "  tuneworthy retention --adapter my-adapter --suite baseline --suite my-suite",
      "  tuneworthy retention --adapter my-adapter --scale 0.5",
      "  tuneworthy retention --adapter my-adapter --floor",
      "  tuneworthy retention --model smollm2-135m-instruct --tuned my-merged-model",
      "  tuneworthy retention --model smollm2-135m-instruct --tuned-precision q4",
      "  tuneworthy retention --model openai:base --tuned openai:tuned --policy my-policy.yaml"
    })
final class RetentionCommand extends Command {
  private static final double LARGEST_SCALE = 4;

  private final Workshop workshop;
  private final Console console;

  @CommandLine.Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "A LoRA adapter as a PEFT folder.")
  private Optional<Path> adapter = Optional.empty();

  @CommandLine.Option(
      names = "--scale",
      paramLabel = "SHARE",
      defaultValue = "1",
      description =
          "Share of what the adapter does, above 0 and at most 4. Default: ${DEFAULT-VALUE}, as it"
              + " was trained.")
  private double scale;

  @CommandLine.Option(
      names = "--floor",
      description =
          "Measure also how many items flip with the adapter at scale 0.02, where nothing should,"
              + " and say which drops that explains. Takes as long as the adapter itself.")
  private boolean floor;

  @CommandLine.Option(
      names = "--tuned",
      paramLabel = "MODEL",
      description =
          "Or a checkpoint that was tuned: a GGUF file or a Hugging Face folder; or, with a remote"
              + " --model, a remote one as openai:NAME.")
  private Optional<String> checkpoint = Optional.empty();

  @CommandLine.Option(
      names = "--tuned-precision",
      paramLabel = "PRECISION",
      description =
          "How that checkpoint's weights are held: float32, int8 or q4; without --tuned the"
              + " model's own, to see what rounding them costs.")
  private Optional<String> precision = Optional.empty();

  @CommandLine.Mixin private SuiteOption suites = new SuiteOption();

  @CommandLine.Option(
      names = "--policy",
      paramLabel = "POLICY",
      defaultValue = "balanced",
      description =
          "The policy that has to allow remote models to see the items. Default:"
              + " ${DEFAULT-VALUE}.")
  private String policy = "";

  @CommandLine.Mixin private ModelOption model = new ModelOption();

  RetentionCommand(Workshop workshop, Console console) {
    this.workshop = workshop;
    this.console = console;
  }

  @Override
  public Integer call() {
    if (adapter.isPresent() == (checkpoint.isPresent() || precision.isPresent())) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "retention",
          "--adapter, or else --tuned or --tuned-precision or both of these",
          adapter.isPresent() ? "--adapter with another one" : "none",
          "Name what was tuned.");
    }
    if (!(scale > 0) || scale > LARGEST_SCALE) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "--scale",
          "above 0 and at most " + LARGEST_SCALE,
          String.valueOf(scale),
          "Correct it.");
    }
    if (floor && adapter.isEmpty()) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "--floor",
          "an --adapter, of which a small share is measured",
          "none",
          "Leave it out, or name the adapter.");
    }
    Inputs inputs = new Inputs(workshop);
    checkRemote(inputs);
    List<BaselineSuite> read = suites.read(inputs);
    Workshop.RetentionSummary found =
        Interruption.guard(
            console, "the same command.", progress -> compare(inputs, read, progress));
    console.result(VerdictText.retention(found.part().modes()));
    found
        .bitsBefore()
        .ifPresent(
            before ->
                console.result(
                    String.format(
                        Locale.ROOT,
                        "Neutral prose: %.3f bits a byte before, %.3f after.",
                        before,
                        found.bitsAfter().orElse(before))));
    found
        .divergence()
        .ifPresent(
            kl ->
                console.result(
                    String.format(
                        Locale.ROOT, "General answers: KL(base, tuned) %.4f nats a token.", kl)));
    found.floor().ifPresent(flips -> console.result(FloorText.of(flips, found.part().modes())));
    found.notes().forEach(console::result);
    return exitCode(found.part());
  }

  private Workshop.RetentionSummary compare(
      Inputs inputs, List<BaselineSuite> read, Progress progress) {
    return adapter
        .map(folder -> new Workshop.ScaledAdapter(folder, scale))
        .map(
            scaled ->
                workshop.retention(model.name(), scaled, read, inputs.prose(), floor, progress))
        .orElseGet(
            () ->
                Inputs.isRemote(model.name())
                    ? workshop.retentionOfRemote(
                        Inputs.remote(model.name()),
                        Inputs.remote(checkpoint.orElseThrow()),
                        read,
                        progress)
                    : workshop.retentionOf(
                        model.name(), checkpoint.orElse(model.name()), precision, read, progress));
  }

  /** Remote models are compared with remote ones, and see the items only if the policy says so. */
  private void checkRemote(Inputs inputs) {
    boolean base = Inputs.isRemote(model.name());
    boolean tuned = checkpoint.filter(Inputs::isRemote).isPresent();
    if (base != tuned) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "retention",
          "two local models, or two remote ones: --model openai:BASE --tuned openai:TUNED",
          "one of each",
          "Name both alike.");
    }
    if (base && precision.isPresent()) {
      throw ServiceException.of(
          ErrorCode.BAD_USAGE,
          "--tuned-precision",
          "local models, whose weights are held here",
          model.name(),
          "Leave it out.");
    }
    if (base) {
      RemoteConsent.check(inputs.policy(policy), Inputs.remote(model.name()));
    }
  }

  /** As a gate: a mode that fails refuses, one that is open leaves it open. */
  private static int exitCode(DecisionRecord.RetentionPart part) {
    List<String> statuses = part.modes().stream().map(mode -> mode.status()).toList();
    if (statuses.contains("FAIL")) {
      return ExitCodes.REFUSED;
    }
    return statuses.contains("UNKNOWN") ? ExitCodes.INCONCLUSIVE : ExitCodes.GO;
  }
}
