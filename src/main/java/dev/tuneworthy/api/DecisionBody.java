package dev.tuneworthy.api;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What to decide, as a client asks it. Names are those that the listings give; nothing in it is
 * ever opened as a path or fetched as an address.
 *
 * @param task the fields of a task file with {@code examples} as arrays, or the name of a shipped
 *     or uploaded task
 * @param policy the fields of a policy file, or the name of a shipped one; {@code balanced} unless
 *     given
 * @param suites names of baseline suites; {@code baseline} unless given
 * @param model name in the model catalogue; the default model unless given
 * @param promptModel a model behind an API that the operator configured, which the prompts go to
 * @param seed 0 unless given, as on the command line
 * @param quick fewer demonstrations and one training seed
 */
@Schema(name = "DecisionRequest")
public record DecisionBody(
    @NotNull
        @Schema(
            description = "Fields of a task file with examples as arrays, or the name of a task",
            examples = "\"support-routing\"")
        JsonNode task,
    @Schema(
            description = "Fields of a policy file, or the name of a policy",
            examples = "\"balanced\"")
        @Nullable JsonNode policy,
    @Nullable @Size(min = 1, max = 16)
        List<@NotNull @Pattern(regexp = Names.PATTERN, message = Names.MESSAGE) String> suites,
    @Nullable @Pattern(regexp = Names.PATTERN, message = Names.MESSAGE) String model,
    @Nullable
        @Pattern(
            regexp = "(openai|ollama):[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}",
            message = "must be openai:MODEL or ollama:MODEL")
        String promptModel,
    @Nullable Long seed,
    @Nullable Boolean quick) {}
