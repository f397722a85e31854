package io.quorate.cli.backup;

import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.command.ByteCounts;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.Durations;
import java.time.Duration;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How much is asked of a cluster, and for how long a request that fails is tried again. */
final class RunLimitOptions {
  private static final int PARALLEL_MAX = 256;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Requests at a time. Default: ${DEFAULT-VALUE}")
  private int parallel = 4;

  @Option(
      names = "--max-rate",
      paramLabel = "BYTES",
      converter = ByteCounts.class,
      description =
          "Bytes of keys and values a second, at most, such as 50MB, so that clients keep their"
              + " share; 0 for no limit. Default: 0")
  private long bytesPerSecond;

  @Option(
      names = "--give-up-after",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "Stop when a request fails for so long. Default: 60s")
  private Duration giveUp = Duration.ofSeconds(60);

  @Option(names = "--no-progress", description = "Show no progress bar.")
  private boolean noProgress;

  /**
   * Returns what was given.
   *
   * @throws ParameterException if it cannot be
   */
  RunLimits limits(ClusterOptions cluster) {
    if (parallel < 1 || parallel > PARALLEL_MAX) {
      throw cluster.usage("--parallel " + parallel + ": give 1 to " + PARALLEL_MAX);
    }
    return new RunLimits(parallel, bytesPerSecond, giveUp);
  }

  /** Whether a progress bar may be shown. */
  boolean progress() {
    return !noProgress;
  }
}
