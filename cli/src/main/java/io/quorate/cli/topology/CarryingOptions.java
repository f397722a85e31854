package io.quorate.cli.topology;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.RequestOptions;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.TopologyPlan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a change is carried out. */
final class CarryingOptions {
  @Option(
      names = "--yes",
      description = "Do not ask for confirmation; required if there is no terminal.")
  private boolean yes;

  @Option(
      names = "--no-wait",
      description = "Return once the change is accepted; it goes on either way.")
  private boolean noWait;

  @Option(
      names = "--fill-disks",
      description =
          "Change it though the disk of a node that gets data would be used to more than 95 %%, as"
              + " far as can be said.")
  private boolean fillDisks;

  @Option(
      names = "--expected-state-version",
      paramLabel = "N",
      description =
          "Change nothing if another change was accepted after this version of the cluster's state,"
              + " as 'quorate cluster plan' prints it with --json, or after that of the plan that"
              + " you are shown and agree to. Default: that of the plan; with --yes any")
  private @Nullable Long expectedStateVersion;

  @Mixin private RequestOptions request = new RequestOptions();

  @Mixin private ClusterCommand.LimitOptions limits = new ClusterCommand.LimitOptions();

  boolean asks() {
    return !yes;
  }

  boolean fillsDisks() {
    return fillDisks;
  }

  RequestOptions request() {
    return request;
  }

  boolean waits() {
    return !noWait;
  }

  /**
   * Returns the version of the state that the request expects; 0: any. What a person has agreed to
   * is what happens, or nothing: so a node that was behind when it planned must not be believed
   * because a later version was given.
   */
  long expectedStateVersion(@Nullable TopologyPlan plan) {
    if (plan == null || !asks()) {
      return expectedStateVersion == null ? 0 : expectedStateVersion;
    }
    return expectedStateVersion == null
        ? plan.stateVersion()
        : Math.min(expectedStateVersion, plan.stateVersion());
  }

  /** Refuses what cannot be. */
  ChangeLimits limits(ClusterOptions cluster) {
    if (request.isGiven() && asks()) {
      throw cluster.usage("--request-id needs --yes: it names a request that was agreed to");
    }
    if (expectedStateVersion != null && expectedStateVersion < 1) {
      throw cluster.usage("--expected-state-version " + expectedStateVersion + ": give at least 1");
    }
    return limits.limits(cluster);
  }
}
