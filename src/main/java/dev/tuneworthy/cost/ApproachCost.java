package dev.tuneworthy.cost;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What a candidate costs its owner: requests &times; per request or hosting, and once training,
 * search and evaluation.
 *
 * @param once training plus search and evaluation
 * @param retraining of a tuned model that is trained anew; empty where it is not
 * @param lifeMonths whole months after which the model is no longer sold; empty where it stays.
 *     Then another has to be found, so that {@code once} is paid again; what serving costs is taken
 *     to stay the same, for nobody knows the next one's price
 */
public record ApproachCost(
    Serving serving, Cost once, Optional<Retraining> retraining, Optional<Integer> lifeMonths) {
  /** Of a model that stays as it is. */
  public ApproachCost(Serving serving, Cost once) {
    this(serving, once, Optional.empty(), Optional.empty());
  }

  /** Of a model that is not trained anew. */
  public ApproachCost(Serving serving, Cost once, Optional<Integer> lifeMonths) {
    this(serving, once, Optional.empty(), lifeMonths);
  }

  public Cost perMonth(long requestsPerMonth) {
    return serving.perMonth(requestsPerMonth);
  }

  /** One request at this volume; for own hardware its share of the month. */
  public Cost perRequest(long requestsPerMonth) {
    return serving instanceof Serving.ByToken byToken
        ? Cost.of(byToken.perRequest(requestsPerMonth))
        : perMonth(requestsPerMonth).dividedBy(requestsPerMonth);
  }

  public Cost overHorizon(long requestsPerMonth, int months) {
    return perMonth(requestsPerMonth)
        .times(months)
        .plus(once)
        .plus(retrainings(months))
        .plus(renewal(months));
  }

  /** What training anew adds over so many months. */
  public Cost retrainings(int months) {
    return retraining.map(again -> again.over(months)).orElse(Cost.zero());
  }

  /** What the end of a model's life adds over so many months. */
  public Cost renewal(int months) {
    return lifeMonths.filter(life -> life < months).isPresent() ? once : Cost.zero();
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
    return with(new Serving.ByHour(then, byHour.requestsPerSecond()));
  }

  /** The same with other prices of a model sold by the token; unchanged where another is used. */
  public ApproachCost atTokenPrice(String model, TokenPrice price) {
    return serving instanceof Serving.ByToken byToken
            && byToken.bill().filter(bill -> bill.model().equals(model)).isPresent()
        ? with(new Serving.ByToken(byToken.bill().get().at(price)))
        : this;
  }

  /** The same where another share of the requests may wait; unchanged on own hardware. */
  public ApproachCost waiting(double share) {
    return serving instanceof Serving.ByToken byToken && byToken.bill().isPresent()
        ? with(new Serving.ByToken(byToken.bill().get().waiting(share)))
        : this;
  }

  /** The same trained anew at other intervals; unchanged where it never is. */
  public ApproachCost retrainedEvery(int months) {
    return new ApproachCost(
        serving, once, retraining.map(r -> new Retraining(months, r.each())), lifeMonths);
  }

  private ApproachCost with(Serving other) {
    return new ApproachCost(other, once, retraining, lifeMonths);
  }
}
