package io.quorate.cli.topology;

import io.quorate.cli.ClusterOptions;
import io.quorate.client.ChangeLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a change is carried out. */
final class CarryingOptions {
  @Option(
      names = "--yes",
      description = "Do not ask whether that is wanted; required where there is no terminal.")
  private boolean yes;

  @Option(
      names = "--no-wait",
      description = "Return once it is agreed on; it goes on by itself either way.")
  private boolean noWait;

  @Option(
      names = "--expected-state-version",
      paramLabel = "N",
      description =
          "Change nothing if another change was accepted after this version of the cluster's state,"
              + " as 'quorate cluster plan' prints it with --json. Default: the version of the plan"
              + " that you are shown and agree to; with --yes any")
  private @Nullable Long expectedStateVersion;

  @Mixin private ClusterCommand.LimitOptions limits = new ClusterCommand.LimitOptions();

  boolean asks() {
    return !yes;
  }

  boolean waits() {
    return !noWait;
  }

  /** The version that was given; else {@code otherwise}. */
  long expectedStateVersion(long otherwise) {
    return expectedStateVersion == null ? otherwise : expectedStateVersion;
  }

  /** Refuses what cannot be. */
  ChangeLimits limits(ClusterOptions cluster) {
    if (expectedStateVersion != null && expectedStateVersion < 1) {
      throw cluster.usage("--expected-state-version " + expectedStateVersion + ": give at least 1");
    }
    return limits.limits(cluster);
  }
}
