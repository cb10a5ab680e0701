package dev.tuneworthy.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.policy.Policy.Budget;
import dev.tuneworthy.policy.Policy.Deployment;
import dev.tuneworthy.policy.Policy.Goal;
import dev.tuneworthy.policy.Policy.Prices;
import dev.tuneworthy.policy.Policy.Quality;
import dev.tuneworthy.policy.Policy.Retention;
import dev.tuneworthy.policy.Policy.Retraining;
import dev.tuneworthy.policy.Policy.Traffic;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a policy from YAML or from a JSON tree. {@code name}, {@code traffic.requestsPerMonth} and
 * {@code quality.minimum} are required. What else is absent is cautious: the deployment is {@code
 * shared}, examples stay here, and gates without a limit are not binding. Faults are {@code
 * BAD_POLICY} and name the file and the key.
 */
public final class PolicyReader {
  private static final String MOST_MONEY = "1000000000";

  private PolicyReader() {}

  /** A policy file; its price catalogue is named relative to its folder. */
  public static Policy read(Path file) {
    String name = PolicyFile.name(file);
    JsonNode tree = PolicyFile.yaml(PolicyFile.text(file, PolicyLimits.POLICY_BYTES), name);
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
    return policy(name, tree, Optional.of(folder), PriceList.NONE);
  }

  /** A policy as YAML text without a folder, so it cannot name a catalogue. */
  public static Policy parse(String yaml, String where) {
    return policy(where, PolicyFile.yaml(yaml, where), Optional.empty(), PriceList.NONE);
  }

  /**
   * A policy that came with a request. It cannot name a catalogue file: a client's text is never
   * opened as a path.
   *
   * @param prices of models sold by the token, those of the service
   */
  public static Policy inline(JsonNode tree, String where, PriceList prices) {
    return policy(where, tree, Optional.empty(), prices);
  }

  /** Token prices from a file in the form of LiteLLM's catalogue. */
  public static PriceList prices(Path file) {
    return PriceCatalogue.read(file);
  }

  /** A policy from the tree that a record quotes, the token prices taken out of it. */
  static Policy recorded(JsonNode tree, String where, PriceList prices) {
    return policy(where, tree, Optional.empty(), prices);
  }

  /**
   * Traffic within the same bounds as a policy's.
   *
   * @throws ServiceException {@code BAD_POLICY} if it is not
   */
  public static Traffic traffic(long requestsPerMonth, long horizonMonths) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("requestsPerMonth", requestsPerMonth).put("horizonMonths", horizonMonths);
    return traffic(Section.root("traffic", tree));
  }

  private static Policy policy(
      String where, JsonNode tree, Optional<Path> folder, PriceList given) {
    Section root =
        Section.root(where, tree)
            .allowing(
                "name",
                "goal",
                "traffic",
                "quality",
                "retention",
                "latency",
                "cost",
                "prices",
                "privacy",
                "budget");
    Policy policy =
        new Policy(
            root.text("name"),
            root.word("goal", Goal.class, Goal.CHEAPEST),
            traffic(root.section("traffic")),
            quality(root.section("quality")),
            retention(root.section("retention")),
            latency(root.section("latency")),
            root.section("cost").allowing("maxPerMonth").amount("maxPerMonth", "0", MOST_MONEY),
            prices(root.section("prices"), folder, given),
            root.section("privacy").allowing("remoteExamples").flag("remoteExamples", false),
            budget(root.section("budget")),
            "");
    return PolicyContent.hashed(policy);
  }

  private static Traffic traffic(Section section) {
    section.allowing("requestsPerMonth", "horizonMonths", "batchShare", "retraining");
    return new Traffic(
        section.whole("requestsPerMonth", 1, 10_000_000_000L, Optional.empty()),
        (int) section.whole("horizonMonths", 1, 120, Optional.of(12L)),
        section.share("batchShare").orElse(0.0),
        section.has("retraining")
            ? Optional.of(retraining(section.section("retraining")))
            : Optional.empty());
  }

  private static Retraining retraining(Section section) {
    section.allowing("everyMonths", "searchShare");
    return new Retraining(
        (int) section.whole("everyMonths", 1, 120, Optional.empty()),
        section.share("searchShare").orElse(0.0));
  }

  private static Quality quality(Section section) {
    section.allowing("minimum", "margin", "worthwhile");
    double minimum =
        section
            .share("minimum")
            .orElseThrow(() -> section.missing("minimum", "a number from 0 to 1"));
    double margin = section.share("margin").orElse(0.02);
    Optional<Double> worthwhile = section.share("worthwhile");
    if (worthwhile.isPresent() && worthwhile.get() < margin) {
      throw Section.wrong(
          section.place("worthwhile"),
          "at least the margin, " + margin,
          String.valueOf(worthwhile.get()),
          "A gain that a dearer approach must show cannot exceed the gain that would matter.");
    }
    return new Quality(minimum, margin, worthwhile);
  }

  private static Retention retention(Section section) {
    section.allowing(
        "deployment", "misrouteRate", "pooledMargin", "capabilityMargin", "misroutedMargin");
    Deployment deployment = section.word("deployment", Deployment.class, Deployment.SHARED);
    Optional<Double> rate = section.share("misrouteRate");
    if (deployment == Deployment.ROUTED && rate.isEmpty()) {
      throw section.missing("misrouteRate", "the share of other traffic that meets the adapter");
    }
    boolean ignored = rate.filter(r -> r < 1).isPresent() || section.has("misroutedMargin");
    if (deployment == Deployment.SHARED && ignored) {
      throw Section.wrong(
          section.place("deployment"),
          "routed, beside a mis-route rate or margin",
          "shared, under which all traffic meets the adapter",
          "Set 'deployment: routed', or remove misrouteRate and misroutedMargin.");
    }
    return new Retention(
        deployment,
        deployment == Deployment.SHARED ? 1 : rate.orElse(1.0),
        section.share("pooledMargin").orElse(0.03),
        section.share("capabilityMargin").orElse(0.05),
        section.share("misroutedMargin"));
  }

  private static Optional<Duration> latency(Section section) {
    section.allowing("p95Millis");
    return section.has("p95Millis")
        ? Optional.of(Duration.ofMillis(section.whole("p95Millis", 1, 3_600_000, Optional.empty())))
        : Optional.empty();
  }

  private static Prices prices(Section section, Optional<Path> folder, PriceList given) {
    section.allowing("catalogue", "asOf", "currency", "models");
    if (section.has("currency") && !section.text("currency").equals("USD")) {
      throw Section.wrong(
          section.place("currency"),
          "prices in USD",
          "'" + section.text("currency") + "'",
          "Convert the prices to USD.");
    }
    PriceList list =
        section.has("catalogue") ? PriceCatalogue.read(catalogueFile(section, folder)) : given;
    Section models = section.section("models");
    if (models.keys().size() > PolicyLimits.MODELS) {
      throw Section.wrong(
          section.place("models"),
          "at most " + PolicyLimits.MODELS + " models",
          models.keys().size() + " models",
          "Drop what is not needed.");
    }
    Map<String, Hosting> own = new LinkedHashMap<>();
    Map<String, Optional<LocalDate>> sold = new LinkedHashMap<>();
    for (String id : models.keys()) {
      Section model = models.section(id);
      if (Set.of("endOfLife").containsAll(model.keys())) {
        sold.put(id, model.day("endOfLife"));
      } else {
        own.put(id, hosting(model));
      }
    }
    return new Prices(section.day("asOf").map(list::asOf).orElse(list), own, sold);
  }

  private static Path catalogueFile(Section section, Optional<Path> folder) {
    String named = section.text("catalogue");
    String place = section.place("catalogue");
    if (folder.isEmpty()) {
      throw Section.wrong(
          place,
          "no catalogue here",
          "'" + named + "'",
          "Only a policy file can name one; the service has its own price list.");
    }
    try {
      Path home = folder.get().toRealPath();
      Path file = home.resolve(named).normalize();
      boolean inside = file.startsWith(home);
      if (inside && Files.exists(file)) {
        inside = file.toRealPath().startsWith(home);
      }
      if (!inside) {
        throw Section.wrong(
            place, "a file beside the policy", "'" + named + "'", "Copy it next to the policy.");
      }
      return file;
    } catch (InvalidPathException e) {
      throw Section.wrong(place, "a file name", "'" + named + "'", "Name a file.");
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.DISK, place + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Hosting hosting(Section section) {
    if (section.has("endOfLife")) {
      throw Section.wrong(
          section.place("endOfLife"),
          "an end of life only for a model that is sold by the token",
          "prices by the hour beside it",
          "Remove one of them; own hardware goes on as long as you do.");
    }
    section.allowing("hourly", "utilisation", "minimumReplicas", "requestsPerSecond", "hardware");
    BigDecimal hourly =
        section
            .amount("hourly", "0", "1000000")
            .orElseThrow(() -> section.missing("hourly", "USD an hour of one replica"));
    boolean measured =
        !section.has("requestsPerSecond")
            || section.value("requestsPerSecond").asText().equals("measured");
    if (!measured && !section.value("requestsPerSecond").isNumber()) {
      throw section.missing("requestsPerSecond", "a number or the word measured");
    }
    return new Hosting(
        hourly,
        section.amount("utilisation", "0.001", "1").map(BigDecimal::doubleValue).orElse(0.5),
        (int) section.whole("minimumReplicas", 0, 100_000, Optional.of(1L)),
        measured
            ? Optional.empty()
            : section
                .amount("requestsPerSecond", "0.000001", "10000000")
                .map(BigDecimal::doubleValue),
        section.has("hardware") ? section.text("hardware") : "");
  }

  private static Budget budget(Section section) {
    section.allowing("minutes", "tokens", "money");
    BigDecimal minutes = section.amount("minutes", "0.01", "100000").orElse(BigDecimal.valueOf(30));
    return new Budget(
        Duration.ofMillis(minutes.multiply(BigDecimal.valueOf(60_000)).longValue()),
        section.whole("tokens", 1, 1_000_000_000_000L, Optional.of(5_000_000L)),
        section.amount("money", "0", MOST_MONEY).orElse(BigDecimal.valueOf(5)));
  }
}
