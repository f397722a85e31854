package io.quorate.node;

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
}
