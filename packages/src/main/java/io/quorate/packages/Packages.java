package io.quorate.packages;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Makes both packages of a distribution. */
public final class Packages {
  private Packages() {}

  /**
   * Runs it.
   *
   * @param args the directory of the distribution, the version, the platform (amd64 or arm64), the
   *     time in seconds since 1970, the directory for the packages, and the maintainer
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 6) {
      System.err.println(
          "usage: Packages DISTRIBUTION VERSION PLATFORM SECONDS DIRECTORY MAINTAINER");
      System.exit(2);
    }
    Release release =
        new Release(
            args[1],
            Platform.named(args[2]),
            Instant.ofEpochSecond(Long.parseLong(args[3])),
            args[5]);
    Path directory = Files.createDirectories(Path.of(args[4]));
    List<Item> items = Layout.of(Path.of(args[0]), release);
    System.out.println(DebianPackage.write(items, release, directory));
    System.out.println(RpmPackage.write(items, release, directory));
  }
}
