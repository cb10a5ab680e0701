package dev.tuneworthy.decision;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a decision is made.
 *
 * @param hardware as policies name it, {@code 2 vCPU}: a measured throughput counts for this alone
 */
public record Machine(int processors, String hardware, String system, String java) {
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

  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("processors", processors);
    facts.put("hardware", hardware);
    facts.put("system", system);
    facts.put("java", java);
    return facts;
  }
}
