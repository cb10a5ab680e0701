package dev.tuneworthy.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tuneworthy.decision.TestScores.Mark;
import dev.tuneworthy.error.ErrorCode;
import dev.tuneworthy.error.ServiceException;
import dev.tuneworthy.evaluation.Approach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every candidate on every item of dev and test of one task, recorded once, so that decisions can
 * be replayed without a model. Holds no text of an item, only how each answer was judged. On disk a
 * file of JSON lines: the task first, then a line for each candidate.
 *
 * @param data hash of the task's data
 * @param devClusters the cluster of each dev item, numbered from 0; empty where all are independent
 * @param columns one for each candidate, in the order in which the ladder tries them
 */
public record OutcomeGrid(
    String task,
    String data,
    String model,
    List<Integer> devClusters,
    List<Integer> testClusters,
    List<Column> columns) {
  private static final String ENDING = ".grid.jsonl";
  private static final int MOST_LINES = 10_000;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /**
   * One candidate.
   *
   * @param requests names the requests that it makes: those of one prompt are made once, however
   *     many calibrations read them
   * @param tokensPerRequest mean over all items, input and output
   * @param trainedTokens 0 for a prompt
   * @param dev how each item of dev was judged
   * @param test the same of test
   */
  public record Column(
      String candidate,
      Approach approach,
      String requests,
      double tokensPerRequest,
      long trainedTokens,
      List<Mark> dev,
      List<Mark> test) {
    public Column {
      dev = List.copyOf(dev);
      test = List.copyOf(test);
      if (!(tokensPerRequest >= 0) || trainedTokens < 0) {
        throw new IllegalArgumentException(
            candidate + " took " + tokensPerRequest + " tokens, trained on " + trainedTokens);
      }
    }
  }

  private record Head(
      String task,
      String data,
      String model,
      List<Integer> devClusters,
      List<Integer> testClusters) {}

  private record Line(
      String candidate,
      String approach,
      String requests,
      double tokensPerRequest,
      long trainedTokens,
      String dev,
      String test) {}

  public OutcomeGrid {
    devClusters = List.copyOf(devClusters);
    testClusters = List.copyOf(testClusters);
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a grid of " + task + " without a candidate");
    }
    int dev = columns.get(0).dev().size();
    int test = columns.get(0).test().size();
    boolean even =
        columns.stream().allMatch(c -> c.dev().size() == dev && c.test().size() == test)
            && (devClusters.isEmpty() || devClusters.size() == dev)
            && (testClusters.isEmpty() || testClusters.size() == test);
    if (dev == 0 || test == 0 || !even) {
      throw new IllegalArgumentException(
          "a grid of " + task + " whose candidates did not all meet the same items");
    }
  }

  public int dev() {
    return columns.get(0).dev().size();
  }

  public int test() {
    return columns.get(0).test().size();
  }

  /** Some candidates on some items, by their positions. */
  OutcomeGrid on(List<Column> some, List<Integer> devItems, List<Integer> testItems) {
    return new OutcomeGrid(
        task,
        data,
        model,
        at(devClusters, devItems),
        at(testClusters, testItems),
        some.stream()
            .map(
                c ->
                    new Column(
                        c.candidate,
                        c.approach,
                        c.requests,
                        c.tokensPerRequest,
                        c.trainedTokens,
                        at(c.dev, devItems),
                        at(c.test, testItems)))
            .toList());
  }

  private static <T> List<T> at(List<T> all, List<Integer> positions) {
    return all.isEmpty() ? all : positions.stream().map(all::get).toList();
  }

  /**
   * Writes the grid into a folder, in place of an earlier one of the task.
   *
   * @throws ServiceException {@code DISK}
   */
  public Path write(Path folder) {
    Path file = folder.resolve(task + ENDING);
    try {
      List<String> lines = new ArrayList<>();
      lines.add(JSON.writeValueAsString(new Head(task, data, model, devClusters, testClusters)));
      for (Column each : columns) {
        lines.add(JSON.writeValueAsString(line(each)));
      }
      Files.createDirectories(folder);
      Files.write(file, lines);
      return file;
    } catch (IOException e) {
      throw ServiceException.of(
          ErrorCode.DISK,
          file.toString(),
          "a file that can be written",
          String.valueOf(e.getMessage()),
          "Give another folder, or make room.");
    }
  }

  /**
   * All grids of a folder, by name.
   *
   * @throws ServiceException {@code FILE_NOT_FOUND} if it holds none, {@code BAD_REQUEST} for a
   *     file that is no grid, {@code DISK}
   */
  public static List<OutcomeGrid> readAll(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw none(folder, "no folder");
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<OutcomeGrid> grids =
          files
              .filter(file -> file.getFileName().toString().endsWith(ENDING))
              .sorted()
              .map(OutcomeGrid::read)
              .toList();
      if (grids.isEmpty()) {
        throw none(folder, "no such file");
      }
      return grids;
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  static OutcomeGrid read(Path file) {
    try (Stream<String> text = Files.lines(file)) {
      List<String> lines = text.limit(MOST_LINES).toList();
      Head head = JSON.readValue(lines.get(0), Head.class);
      List<Column> columns = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        columns.add(column(JSON.readValue(line, Line.class)));
      }
      return new OutcomeGrid(
          head.task, head.data, head.model, head.devClusters, head.testClusters, columns);
    } catch (JsonProcessingException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw ServiceException.of(
          ErrorCode.BAD_REQUEST,
          file.toString(),
          "a grid as bench decision --record writes it",
          String.valueOf(e.getMessage()),
          "Record it again.");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Line line(Column column) {
    return new Line(
        column.candidate,
        column.approach.label(),
        column.requests,
        column.tokensPerRequest,
        column.trainedTokens,
        letters(column.dev),
        letters(column.test));
  }

  private static Column column(Line line) {
    Approach approach =
        Arrays.stream(Approach.values())
            .filter(a -> a.label().equals(line.approach))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no approach " + line.approach));
    return new Column(
        line.candidate,
        approach,
        line.requests,
        line.tokensPerRequest,
        line.trainedTokens,
        marks(line.dev),
        marks(line.test));
  }

  /** R, W or M for each item. */
  private static String letters(List<Mark> marks) {
    return marks.stream().map(mark -> mark.name().substring(0, 1)).collect(Collectors.joining());
  }

  private static List<Mark> marks(String letters) {
    return letters.toUpperCase(Locale.ROOT).chars().mapToObj(OutcomeGrid::mark).toList();
  }

  private static Mark mark(int letter) {
    return Arrays.stream(Mark.values())
        .filter(mark -> mark.name().charAt(0) == letter)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no mark " + (char) letter));
  }

  private static ServiceException none(Path folder, String found) {
    return ServiceException.of(
        ErrorCode.FILE_NOT_FOUND,
        folder.toString(),
        "a folder with grids (*" + ENDING + ")",
        found,
        "Record some with bench decision --record TASK --out " + folder + ".");
  }

  private static ServiceException unreadable(Path where, IOException e) {
    return ServiceException.of(
        ErrorCode.DISK,
        where.toString(),
        "something that can be read",
        String.valueOf(e.getMessage()),
        "Check its permissions.");
  }
}
