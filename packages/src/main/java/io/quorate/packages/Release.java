package io.quorate.packages;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What packages say of themselves.
 *
 * @param version as in the project, with or without {@code -SNAPSHOT}
 * @param time of the commit that it is made from: the time of all files, so that equal sources give
 *     equal packages
 * @param maintainer who answers for it: a name, and an address in angle brackets
 */
record Release(String version, Platform platform, Instant time, String maintainer) {
  static final String NAME = "quorate";
  static final String SUMMARY = "key-value store cluster that keeps what it acknowledged";
  static final String DESCRIPTION =
      """
      Quorate is a networked key-value store with replicas on several machines.
      This package has the node, the quorate command, and a unit for systemd
      that is neither enabled nor started.\
      """;

  /** Sorts a snapshot before its release, in both formats. */
  String upstream() {
    return version.replace("-SNAPSHOT", "~SNAPSHOT");
  }

  String debianVersion() {
    return upstream() + "-1";
  }

  String debianFile() {
    return NAME + "_" + debianVersion() + "_" + platform.debian() + ".deb";
  }

  String rpmFile() {
    return NAME + "-" + upstream() + "-1." + platform.rpm() + ".rpm";
  }

  String debianChangelog() {
    return """
    quorate (%s) stable; urgency=medium

      * Release %s: see changelog.gz.

     -- %s  %s
    """
        .formatted(
            debianVersion(),
            version,
            maintainer,
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(time));
  }
}
