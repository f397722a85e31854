package io.quorate.node;

import io.quorate.event.Gauge;
import io.quorate.metrics.Meters;
import io.quorate.model.Release;

/** The release that this process runs, by the manifest of its jar. */
final class ThisRelease {
  /** Of classes that were not packaged: in tests, and out of an editor. */
  private static final String NOT_PACKAGED = "development";

  private ThisRelease() {}

  static Release get() {
    String version = ThisRelease.class.getPackage().getImplementationVersion();
    return Release.named(version == null ? NOT_PACKAGED : version);
  }

  /** So that a dashboard sees which releases run, and when a node came to run another one. */
  static void addTo(Meters meters) {
    meters.gauge(
        Gauge.of("quorate.build.info", "1, by the release that this node runs").by("version"),
        () -> 1,
        get().name());
  }
}
