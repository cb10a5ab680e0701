package dev.tuneworthy.policy;

import dev.tuneworthy.cost.Hosting;
import dev.tuneworthy.cost.TokenPrice;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A policy as plain values under the keys of its file, every default filled in. */
public final class PolicyContent {
  private PolicyContent() {}

  /**
   * What a record quotes.
   *
   * @param models whose token prices to quote; the whole catalogue would drown the rest
   */
  public static Map<String, Object> of(Policy policy, Collection<String> models) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("name", policy.name());
    content.put("goal", policy.goal().name().toLowerCase(Locale.ROOT));
    content.put("traffic", traffic(policy.traffic()));
    content.put("quality", quality(policy.quality()));
    content.put("retention", retention(policy.retention()));
    policy.latencyP95().ifPresent(p -> content.put("latency", ordered("p95Millis", p.toMillis())));
    policy.maxCostPerMonth().ifPresent(m -> content.put("cost", ordered("maxPerMonth", plain(m))));
    content.put("prices", prices(policy.prices(), models));
    content.put("privacy", ordered("remoteExamples", policy.remoteExamples()));
    content.put(
        "budget",
        ordered(
            "minutes", policy.budget().time().toMillis() / 60_000.0,
            "tokens", policy.budget().tokens(),
            "money", plain(policy.budget().money())));
    return content;
  }

  /** The same policy for other traffic at other prices, with the hash of its new content. */
  public static Policy with(Policy base, Policy.Traffic traffic, Policy.Prices prices) {
    return hashed(copy(base, traffic, prices, ""));
  }

  /** The policy with the hash of its whole content. */
  static Policy hashed(Policy p) {
    String content = of(p, new TreeMap<>(p.prices().catalogue()).keySet()).toString();
    return copy(p, p.traffic(), p.prices(), sha256(content));
  }

  static Policy copy(Policy p, Policy.Traffic traffic, Policy.Prices prices, String sha256) {
    return new Policy(
        p.name(),
        p.goal(),
        traffic,
        p.quality(),
        p.retention(),
        p.latencyP95(),
        p.maxCostPerMonth(),
        prices,
        p.remoteExamples(),
        p.budget(),
        sha256);
  }

  /** What is not there is left out, so that policies without it keep their hash. */
  private static Map<String, Object> traffic(Policy.Traffic traffic) {
    Map<String, Object> content =
        ordered(
            "requestsPerMonth", traffic.requestsPerMonth(),
            "horizonMonths", traffic.horizonMonths());
    if (traffic.batchShare() > 0) {
      content.put("batchShare", traffic.batchShare());
    }
    traffic
        .retraining()
        .ifPresent(
            again ->
                content.put(
                    "retraining",
                    ordered(
                        "everyMonths", again.everyMonths(), "searchShare", again.searchShare())));
    return content;
  }

  private static Map<String, Object> quality(Policy.Quality quality) {
    Map<String, Object> content = ordered("minimum", quality.minimum(), "margin", quality.margin());
    quality.worthwhile().ifPresent(w -> content.put("worthwhile", w));
    return content;
  }

  private static Map<String, Object> retention(Policy.Retention retention) {
    Map<String, Object> content =
        ordered(
            "deployment", retention.deployment().name().toLowerCase(Locale.ROOT),
            "misrouteRate", retention.misrouteRate(),
            "pooledMargin", retention.pooledMargin(),
            "capabilityMargin", retention.capabilityMargin());
    retention.misroutedMargin().ifPresent(m -> content.put("misroutedMargin", m));
    return content;
  }

  private static Map<String, Object> prices(Policy.Prices prices, Collection<String> models) {
    Map<String, Object> sold = new TreeMap<>();
    for (String model : models) {
      if (prices.catalogue().containsKey(model)) {
        Map<String, Object> price = tokenPrice(prices.catalogue().get(model));
        Optional.ofNullable(prices.list().endOfLife().get(model))
            .ifPresent(day -> price.put("deprecation_date", day.toString()));
        sold.put(model, price);
      }
    }
    Map<String, Object> named = new TreeMap<>();
    prices.models().forEach((id, hosting) -> named.put(id, hosting(hosting)));
    prices
        .sold()
        .forEach(
            (id, day) ->
                named.put(id, day.map(d -> ordered("endOfLife", d.toString())).orElseGet(Map::of)));
    Map<String, Object> content = ordered("catalogue", sold, "models", named);
    prices.list().asOf().ifPresent(day -> content.put("asOf", day.toString()));
    return content;
  }

  private static Map<String, Object> tokenPrice(TokenPrice price) {
    Map<String, Object> content = new LinkedHashMap<>();
    for (TokenPrice.Part part : TokenPrice.Part.values()) {
      price.of(part).ifPresent(amount -> content.put(part.field(), plain(amount)));
    }
    return content;
  }

  private static Map<String, Object> hosting(Hosting hosting) {
    return ordered(
        "hourly", plain(hosting.hourly()),
        "utilisation", hosting.utilisation(),
        "minimumReplicas", hosting.minimumReplicas(),
        "requestsPerSecond",
            hosting.requestsPerSecond().<Object>map(rate -> rate).orElse("measured"),
        "hardware", hosting.hardware());
  }

  private static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
