package dev.tuneworthy.cost;

import java.math.BigDecimal;

/**
 * What a candidate costs its owner: requests &times; per request or hosting, and once training,
 * search and evaluation.
 *
 * @param once training plus search and evaluation
 */
public record ApproachCost(Serving serving, Cost once) {
  public Cost perMonth(long requestsPerMonth) {
    return serving.perMonth(requestsPerMonth);
  }

  /** One request at this volume; for own hardware its share of the month. */
  public Cost perRequest(long requestsPerMonth) {
    return serving instanceof Serving.ByToken byToken
        ? Cost.of(byToken.perRequest())
        : perMonth(requestsPerMonth).dividedBy(requestsPerMonth);
  }

  public Cost overHorizon(long requestsPerMonth, int months) {
    return perMonth(requestsPerMonth).times(months).plus(once);
  }

  /** The same with another hourly price of own hardware; unchanged where none is used. */
  public ApproachCost atHourly(BigDecimal hourly) {
    if (!(serving instanceof Serving.ByHour byHour)) {
      return this;
    }
    Hosting now = byHour.hosting();
    Hosting then =
        new Hosting(
            hourly,
            now.utilisation(),
            now.minimumReplicas(),
            now.requestsPerSecond(),
            now.hardware());
    return new ApproachCost(new Serving.ByHour(then, byHour.requestsPerSecond()), once);
  }
}
