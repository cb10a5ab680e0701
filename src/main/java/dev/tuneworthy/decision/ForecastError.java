package dev.tuneworthy.decision;

import dev.tuneworthy.decision.DecisionRecord.ForecastErrorLine;
import dev.tuneworthy.decision.DecisionRecord.ForecastErrorPart;
import dev.tuneworthy.decision.DecisionRecord.RungPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds what a forecast said against what was taken. */
final class ForecastError {
  private ForecastError() {}

  /** The error of every rung that was climbed, and of all of these together. */
  static ForecastErrorPart of(Forecast forecast, List<RungPart> taken) {
    List<ForecastErrorLine> lines = new ArrayList<>();
    for (Forecast.Rung said : forecast.rungs()) {
      taken.stream()
          .filter(rung -> rung.rung().equals(said.rung()) && rung.status().equals("done"))
          .map(
              rung ->
                  line(said.rung(), said.tokens(), rung.tokens(), said.seconds(), rung.seconds()))
          .forEach(lines::add);
    }
    return new ForecastErrorPart(
        lines,
        line(
            "all",
            lines.stream().mapToLong(ForecastErrorLine::tokensSaid).sum(),
            lines.stream().mapToLong(ForecastErrorLine::tokensTaken).sum(),
            Rungs.rounded(lines.stream().mapToDouble(ForecastErrorLine::secondsSaid).sum()),
            Rungs.rounded(lines.stream().mapToDouble(ForecastErrorLine::secondsTaken).sum())));
  }

  private static ForecastErrorLine line(
      String rung, long tokensSaid, long tokensTaken, double secondsSaid, double secondsTaken) {
    return new ForecastErrorLine(
        rung,
        tokensSaid,
        tokensTaken,
        ratio(tokensSaid, tokensTaken),
        secondsSaid,
        secondsTaken,
        ratio(secondsSaid, secondsTaken));
  }

  private static Optional<Double> ratio(double said, double taken) {
    return said > 0 ? Optional.of(Rungs.rounded(taken / said)) : Optional.empty();
  }
}
