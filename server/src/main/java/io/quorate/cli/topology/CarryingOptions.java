package io.quorate.cli.topology;

import io.quorate.cli.ClusterOptions;
import io.quorate.client.ChangeLimits;
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

  @Mixin private ClusterCommand.LimitOptions limits = new ClusterCommand.LimitOptions();

  boolean asks() {
    return !yes;
  }

  boolean waits() {
    return !noWait;
  }

  ChangeLimits limits(ClusterOptions cluster) {
    return limits.limits(cluster);
  }
}
