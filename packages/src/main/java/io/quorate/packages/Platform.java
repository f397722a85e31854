package io.quorate.packages;

import java.util.Arrays;
import org.eclipse.packager.rpm.Architecture;

/** A processor for which there are packages, with its name in each format. */
enum Platform {
  AMD64("amd64", "x86_64", Architecture.INTEL),
  ARM64("arm64", "aarch64", Architecture.AARCH64);

  private final String debian;
  private final String rpm;
  private final Architecture lead;

  Platform(String debian, String rpm, Architecture lead) {
    this.debian = debian;
    this.rpm = rpm;
    this.lead = lead;
  }

  static Platform named(String name) {
    return Arrays.stream(values())
        .filter(each -> each.debian.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no platform '" + name + "'"));
  }

  String debian() {
    return debian;
  }

  String rpm() {
    return rpm;
  }

  /** The number in the first bytes of an RPM, which tools ignore but for its being known. */
  Architecture lead() {
    return lead;
  }
}
