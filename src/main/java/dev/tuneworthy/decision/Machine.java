package dev.tuneworthy.decision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a decision is made.
 *
 * @param hardware as policies name it, {@code 2 vCPU}: a measured throughput counts for this alone
 */
public record Machine(int processors, String hardware, String system, String java) {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  /** This machine, named by its processors; what accelerators it has is not known here. */
  public static Machine here() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new Machine(
        processors,
        processors + " vCPU",
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.version"));
  }

  /** The machine with a name for its hardware, as {@code 1 x H100}. */
  public Machine called(String name) {
    return new Machine(processors, name, system, java);
  }

  /**
   * The machine as it serves: what an accelerator of unknown name does is not what the processors
   * do, so it is not called by them.
   */
  Machine running(String provider) {
    boolean unnamed = hardware.equals(processors + " vCPU");
    return provider.equals("cuda") && unnamed ? called(hardware + " and a CUDA device") : this;
  }

  /**
   * What tells this machine from another of the same kind, as far as the system says: its name and
   * its processor.
   */
  List<String> identity() {
    return Stream.of(HOST_NAME, PROCESSOR).flatMap(Machine::lines).toList();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !file.equals(PROCESSOR) || line.startsWith("model name"))
          .distinct();
    } catch (IOException e) {
      return Stream.empty(); // not a Linux: system, Java and processors have to do
    }
  }

  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("processors", processors);
    facts.put("hardware", hardware);
    facts.put("system", system);
    facts.put("java", java);
    return facts;
  }
}
