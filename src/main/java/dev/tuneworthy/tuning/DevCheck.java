package dev.tuneworthy.tuning;

import dev.tuneworthy.checkpoint.PeftAdapter;
import java.util.Optional;

/** Measures an adapter while it is trained: on the dev split, and by what it forgets. */
@FunctionalInterface
public interface DevCheck {
  /** Quality between 0 and 1; higher is better. */
  double quality(PeftAdapter adapter);

  /** Asked at each checkpoint; without it a training runs on whatever it forgets. */
  default Optional<RetentionProbe> probe() {
    return Optional.empty();
  }

  /** The same check that also probes retention. */
  default DevCheck probing(RetentionProbe probe) {
    DevCheck plain = this;
    return new DevCheck() {
      @Override
      public double quality(PeftAdapter adapter) {
        return plain.quality(adapter);
      }

      @Override
      public Optional<RetentionProbe> probe() {
        return Optional.of(probe);
      }
    };
  }
}
