package dev.tuneworthy.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.cost.TokenPrice;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {
  private static final String FULL =
      """
name: balanced
goal: cheapest
traffic: {requestsPerMonth: 100000, horizonMonths: 12}
quality: {minimum: 0.80, margin: 0.02, worthwhile: 0.05}
retention: {deployment: routed, misrouteRate: 0.02, pooledMargin: 0.03, capabilityMargin: 0.05}
latency: {p95Millis: 2000}
cost: {maxPerMonth: 2000}
prices:
  catalogue: prices.json
  models: {smollm2-135m-instruct: {hourly: 0.90, utilisation: 0.5, minimumReplicas: 1, requestsPerSecond: measured, hardware: "2 vCPU"}}
privacy: {remoteExamples: false}
budget: {minutes: 30, tokens: 5000000, money: 5.00}
""";
  private static final String SMALL =
      "{name: small, traffic: {requestsPerMonth: 10}, quality: {minimum: 0.5}}";

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void writeFiles() throws IOException {
    file = folder.resolve("policy.yaml");
    Files.writeString(file, FULL);
    Files.writeString(
        folder.resolve("prices.json"),
        """
{"sample_spec": {"input_cost_per_token": 0.0, "output_cost_per_token": 0.0, "mode": "one of: chat"},
 "_about": {"currency": "USD"},
 "gpt-small": {"input_cost_per_token": 1.5e-07, "output_cost_per_token": 6e-07,
   "cache_read_input_token_cost": 7.5e-08, "litellm_provider": "openai"},
 "embed": {"input_cost_per_token": 2e-08},
 "image": {"input_cost_per_pixel": 1e-08}}
""");
  }

  @Test
  void readsEveryKeyOfThePublishedForm() {
    Policy policy = PolicyReader.read(file);

    assertThat(policy.name()).isEqualTo("balanced");
    assertThat(policy.goal()).isEqualTo(Policy.Goal.CHEAPEST);
    assertThat(policy.traffic()).isEqualTo(new Policy.Traffic(100_000, 12));
    assertThat(policy.quality()).isEqualTo(new Policy.Quality(0.80, 0.02, Optional.of(0.05)));
    assertThat(policy.retention())
        .isEqualTo(
            new Policy.Retention(Policy.Deployment.ROUTED, 0.02, 0.03, 0.05, Optional.empty()));
    assertThat(policy.latencyP95()).contains(Duration.ofSeconds(2));
    assertThat(policy.maxCostPerMonth()).contains(new BigDecimal("2000"));
    assertThat(policy.prices().models().get("smollm2-135m-instruct"))
        .satisfies(
            hosting -> {
              assertThat(hosting.hourly()).isEqualByComparingTo("0.90");
              assertThat(hosting.requestsPerSecond()).isEmpty();
              assertThat(hosting.hardware()).isEqualTo("2 vCPU");
            });
    assertThat(policy.remoteExamples()).isFalse();
    assertThat(policy.budget())
        .isEqualTo(new Policy.Budget(Duration.ofMinutes(30), 5_000_000, new BigDecimal("5")));
  }

  @Test
  void readsACatalogueInLiteLlmsFormAndLeavesUnknownPricesOut() {
    Map<String, TokenPrice> catalogue = PolicyReader.read(file).prices().catalogue();

    assertThat(catalogue).containsOnlyKeys("gpt-small");
    assertThat(catalogue.get("gpt-small").input()).isEqualByComparingTo("0.00000015");
    assertThat(catalogue.get("gpt-small").cachedInput().orElseThrow())
        .isEqualByComparingTo("0.000000075");
  }

  @Test
  void readsTheDayOfAPriceListAndTheEndOfAModel() throws IOException {
    Files.writeString(
        folder.resolve("prices.json"),
        """
{"_tuneworthy": {"asOf": "2026-10-31", "currency": "USD"},
 "openai/old": {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "deprecation_date": "2027-01-15"},
 "vague": {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "deprecation_date": "next year"}}
""");
    Policy.Prices listed = PolicyReader.read(file).prices();
    Files.writeString(
        file,
        FULL.replace(
            "models: {",
            "asOf: 2026-11-30\n  models: {openai/old: {endOfLife: 2026-12-24}, new: {}, "));
    Policy.Prices stated = PolicyReader.read(file).prices();

    assertThat(listed.list().asOf()).contains(LocalDate.of(2026, 10, 31));
    assertThat(listed.endOfLife("old", "openai:old")).contains(LocalDate.of(2027, 1, 15));
    assertThat(listed.endOfLife("vague", "vague")).isEmpty();
    assertThat(listed.tokenPrice("old", "openai:old")).isPresent();
    assertThat(stated.list().asOf()).contains(LocalDate.of(2026, 11, 30));
    assertThat(stated.endOfLife("old", "openai:old")).contains(LocalDate.of(2026, 12, 24));
    assertThat(stated.sold()).containsOnlyKeys("openai/old", "new");
    assertThat(stated.models()).containsOnlyKeys("smollm2-135m-instruct");
  }

  @Test
  void readsBackWhatARecordQuotes() throws IOException {
    Files.writeString(
        file,
        FULL.replace("models: {", "asOf: 2026-11-30\n  models: {m: {endOfLife: 2026-12-24}, "));
    Policy policy = PolicyReader.read(file);
    Map<String, Object> content = PolicyContent.of(policy, List.of("gpt-small"));

    Policy back = RecordedPolicy.of(content, policy.sha256());

    assertThat(back).isEqualTo(policy);
    assertThat(PolicyContent.of(back, List.of("gpt-small"))).isEqualTo(content);
  }

  @Test
  void isCautiousAboutWhatIsAbsent() {
    Policy policy = PolicyReader.parse(SMALL, "small.yaml");

    assertThat(policy.retention().deployment()).isEqualTo(Policy.Deployment.SHARED);
    assertThat(policy.remoteExamples()).isFalse();
    assertThat(policy.latencyP95()).isEmpty();
    assertThat(policy.maxCostPerMonth()).isEmpty();
    assertThat(policy.prices().catalogue()).isEmpty();
    assertThat(policy.traffic().horizonMonths()).isEqualTo(12);
  }

  @Test
  void readsWhatMayWaitAndWhenToTrainAnew() {
    Policy policy =
        PolicyReader.parse(
            "{name: n, traffic: {requestsPerMonth: 10, batchShare: 0.25,"
                + " retraining: {everyMonths: 6, searchShare: 0.5}}, quality: {minimum: 0.5}}",
            "p.yaml");
    assertThat(policy.traffic())
        .isEqualTo(new Policy.Traffic(10, 12, 0.25, Optional.of(new Policy.Retraining(6, 0.5))));
    Policy again = RecordedPolicy.of(PolicyContent.of(policy, List.of()), policy.sha256());
    assertThat(again.traffic()).isEqualTo(policy.traffic());
    assertThat(policy.sha256()).isNotEqualTo(PolicyReader.parse(SMALL, "p.yaml").sha256());
  }

  @Test
  void readsEveryPriceOfACatalogueInLiteLlmsForm() {
    PriceList list =
        PriceCatalogue.parse(
            "{\"m\": {\"input_cost_per_token\": 1e-6, \"output_cost_per_token\": 2e-6,"
                + " \"cache_read_input_token_cost\": 1e-7,"
                + " \"cache_creation_input_token_cost\": 1.25e-6,"
                + " \"input_cost_per_token_batches\": 5e-7,"
                + " \"output_cost_per_token_batches\": 1e-6}}",
            "prices.json");
    TokenPrice price = list.prices().get("m");
    assertThat(price.cacheWrite()).contains(new BigDecimal("0.00000125"));
    assertThat(price.batchInput().orElseThrow()).isEqualByComparingTo("5e-7");
    assertThat(price.batchOutput().orElseThrow()).isEqualByComparingTo("1e-6");
  }

  @Test
  void worthwhileDependsOnTheNumberOfExamplesUnlessStated() {
    Policy.Quality open = new Policy.Quality(0.8, 0.02, Optional.empty());

    assertThat(open.worthwhile(299)).isEqualTo(0.07);
    assertThat(open.worthwhile(300)).isEqualTo(0.05);
    assertThat(new Policy.Quality(0.8, 0.02, Optional.of(0.04)).worthwhile(50)).isEqualTo(0.04);
    assertThat(new Policy.Quality(0.8, 0.10, Optional.empty()).worthwhile(50)).isEqualTo(0.10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "goal: cheapest | gaol: cheapest | 'gaol' | Did you mean 'goal'?",
        "requestsPerMonth | requestPerMonth | traffic | Did you mean 'requestsPerMonth'?",
        "misrouteRate | misroutedRate | retention | Did you mean 'misrouteRate'?",
        "p95Millis | p95Milis | latency | Did you mean 'p95Millis'?",
        "hourly | hourlyPrice | smollm2-135m-instruct | Did you mean 'hourly'?",
        "deployment: routed | deployment: route | retention.deployment | Did you mean 'routed'?",
      })
  void namesTheNearestKnownKeyForAnUnknownOne(
      String right, String wrong, String place, String remedy) {
    String text = FULL.replace("catalogue: prices.json", "").replace(right, wrong);

    assertRefused(() -> PolicyReader.parse(text, "policy.yaml"), place, remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "requestsPerMonth: 100000 | requestsPerMonth: 0 | a whole number from 1",
        "requestsPerMonth: 100000 | requestsPerMonth: -5 | a whole number from 1",
        "requestsPerMonth: 100000 | requestsPerMonth: 1.5 | a whole number",
        "requestsPerMonth: 100000 | requestsPerMonth: many | a number",
        "horizonMonths: 12 | horizonMonths: 0 | a whole number from 1",
        "minimum: 0.80 | minimum: 80 | a number from 0 to 1",
        "minimum: 0.80 | minimum: .nan | numeric value",
        "minimum: 0.80 | minimum: 1e999999999 | number",
        "margin: 0.02 | margin: -0.1 | a number from 0 to 1",
        "worthwhile: 0.05 | worthwhile: 0.01 | at least the margin",
        "misrouteRate: 0.02 | misrouteRate: 2 | a number from 0 to 1",
        "p95Millis: 2000 | p95Millis: 0 | a whole number",
        "maxPerMonth: 2000 | maxPerMonth: -1 | a number from 0",
        "hourly: 0.90 | hourly: free | a number",
        "utilisation: 0.5 | utilisation: 1.5 | a number from 0.001 to 1",
        "requestsPerSecond: measured | requestsPerSecond: fast | a number or the word measured",
        "requestsPerSecond: measured | requestsPerSecond: 0 | a number from",
        "remoteExamples: false | remoteExamples: maybe | true or false",
        "minutes: 30 | minutes: 0 | a number from",
        "tokens: 5000000 | tokens: lots | a number",
        "hourly: 0.90 | hourly: 0.90, endOfLife: 2027-03-31 | an end of life only for a model",
        "'hourly: 0.90, utilisation: 0.5, minimumReplicas: 1, requestsPerSecond: measured, hardware: \"2 vCPU\"' | 'endOfLife: soon' | a date as 2027-03-31",
        "deployment: routed | deployment: shared | routed, beside a mis-route rate or margin",
        "models: {smollm2 | 'currency: EUR\n  models: {smollm2' | prices in USD",
        "name: balanced | name: [a] | text",
        "name: balanced | goal: best | mistake",
      })
  void refusesAValueThatCannotBe(String right, String wrong, String expected) {
    String text = FULL.replace("catalogue: prices.json", "").replace(right, wrong);

    assertRefused(() -> PolicyReader.parse(text, "policy.yaml"), "policy.yaml", expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: balanced | name | text",
        "requestsPerMonth: 100000, | traffic.requestsPerMonth | a whole number",
        "minimum: 0.80, | quality.minimum | a number from 0 to 1",
        "misrouteRate: 0.02, | retention.misrouteRate | the share of other traffic",
        "hourly: 0.90, | hourly | USD an hour",
      })
  void saysWhichRequiredKeyIsMissing(String removed, String place, String expected) {
    String text = FULL.replace("catalogue: prices.json", "").replace(removed, "");

    assertRefused(() -> PolicyReader.parse(text, "policy.yaml"), place, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | a mapping",
        "- a list | a mapping",
        "name: [ | mistake",
        "'{name: n, traffic: 3}' | a mapping",
      })
  void refusesWhatIsNoPolicy(String text, String expected) {
    assertRefused(() -> PolicyReader.parse(text, "policy.yaml"), "policy.yaml", expected);
  }

  @Test
  void refusesAliasesInsteadOfExpandingThem() {
    String text = "a: &a [x, x]\nname: &b [*a, *a]\ngoal: [*b, *b]\n";

    assertRefused(() -> PolicyReader.parse(text, "policy.yaml"), "policy.yaml:2", "an alias");
  }

  @Test
  void refusesAFileThatIsTooLargeOrTooDeep() throws IOException {
    Files.writeString(file, "# " + "x".repeat(300_000));
    String deep = "a: " + "[".repeat(500) + "]".repeat(500);

    assertThatThrownBy(() -> PolicyReader.read(file))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INPUT_TOO_LARGE));
    assertRefused(() -> PolicyReader.parse(deep, "policy.yaml"), "policy.yaml", "mistake");
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatThrownBy(() -> PolicyReader.read(folder.resolve("none.yaml")))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND))
        .hasMessageContaining("none.yaml");
  }

  @Test
  void saysThatTheCatalogueIsMissing() throws IOException {
    Files.delete(folder.resolve("prices.json"));

    assertThatThrownBy(() -> PolicyReader.read(file))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND))
        .hasMessageContaining("prices.json");
  }

  @ParameterizedTest
  @CsvSource({"../prices.json", "/etc/passwd", "a/../../prices.json"})
  void refusesACatalogueOutsideThePolicysFolder(String escape) throws IOException {
    Files.writeString(file, FULL.replace("prices.json", escape));

    assertRefused(() -> PolicyReader.read(file), "prices.catalogue", "a file beside the policy");
  }

  @Test
  void refusesACatalogueThatALinkTakesOutside(@TempDir Path elsewhere) throws IOException {
    Path outside = Files.writeString(elsewhere.resolve("outside.json"), "{}");
    Files.delete(folder.resolve("prices.json"));
    Files.createSymbolicLink(folder.resolve("prices.json"), outside);

    assertRefused(() -> PolicyReader.read(file), "prices.catalogue", "a file beside the policy");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"m\": {\"input_cost_per_token\": -1, \"output_cost_per_token\": 1}} | USD a token",
        "{\"m\": {\"input_cost_per_token\": \"x\", \"output_cost_per_token\": 1}} | USD a token",
        "{\"m\": {\"currency\": \"EUR\"}} | prices in USD",
        "[1] | an object",
        "{\"m\": | mistake",
      })
  void refusesACatalogueThatCannotBe(String json, String expected) throws IOException {
    Files.writeString(folder.resolve("prices.json"), json);

    assertRefused(() -> PolicyReader.read(file), "prices.json", expected);
  }

  @Test
  void neverOpensAPathThatARequestNames() throws IOException {
    var tree = new ObjectMapper().readTree("{\"prices\": {\"catalogue\": \"prices.json\"}}");
    var whole = new ObjectMapper().readTree(new ObjectMapper().writeValueAsString(tree));
    var named =
        new ObjectMapper()
            .readTree(
                "{\"name\":\"n\",\"traffic\":{\"requestsPerMonth\":1},\"quality\":{\"minimum\":0.5},"
                    + "\"prices\":"
                    + whole.get("prices")
                    + "}");

    assertRefused(
        () -> PolicyReader.inline(named, "policy", PriceList.NONE),
        "prices.catalogue",
        "no catalogue");
  }

  @Test
  void readsAPolicyThatCameWithARequest() throws IOException {
    var tree =
        new ObjectMapper()
            .readTree(
                "{\"name\":\"n\",\"goal\":\"best\",\"traffic\":{\"requestsPerMonth\":1},"
                    + "\"quality\":{\"minimum\":0.5}}");
    TokenPrice price = new TokenPrice(BigDecimal.ONE, BigDecimal.ONE, Optional.empty());

    Policy policy = PolicyReader.inline(tree, "policy", PriceList.of(Map.of("m", price)));

    assertThat(policy.goal()).isEqualTo(Policy.Goal.BEST);
    assertThat(policy.prices().catalogue()).containsEntry("m", price);
  }

  @Test
  void theHashFollowsTheContentAndNotItsLayout() throws IOException {
    String hash = PolicyReader.read(file).sha256();
    Files.writeString(file, "# a comment\n" + FULL.replace("0.80", "0.8"));
    String same = PolicyReader.read(file).sha256();
    Files.writeString(file, FULL.replace("0.80", "0.81"));
    String other = PolicyReader.read(file).sha256();

    assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(same).isNotEqualTo(other);
  }

  @Test
  void theHashFollowsThePrices() throws IOException {
    String hash = PolicyReader.read(file).sha256();
    Path prices = folder.resolve("prices.json");
    Files.writeString(prices, Files.readString(prices).replace("1.5e-07", "1.6e-07"));

    assertThat(PolicyReader.read(file).sha256()).isNotEqualTo(hash);
  }

  @Test
  void theContentQuotesThePricesOfTheNamedModelsOnly() {
    Map<String, Object> content =
        PolicyContent.of(PolicyReader.read(file), List.of("gpt-small", "unheard-of"));

    assertThat(content.keySet())
        .containsExactly(
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
    assertThat(content.get("prices").toString())
        .contains("gpt-small={input_cost_per_token=0.00000015")
        .contains("requestsPerSecond=measured")
        .doesNotContain("unheard-of");
  }

  private static void assertRefused(ThrowingCallable call, String place, String expected) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_POLICY))
        .hasMessageContaining(place)
        .hasMessageContaining(expected);
  }
}
