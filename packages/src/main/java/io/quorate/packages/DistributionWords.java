package io.quorate.packages;

import java.util.List;

/** What pages say that holds in the sources, where all is built, and what holds in its place. */
final class DistributionWords {
  private static final String README = "README.md";
  private static final String START = "docs/start.md";

  /**
   * One of these.
   *
   * @param page that has it, below the directory of the sources
   * @param ofSources word for word, once in the page
   */
  record Change(String page, String ofSources, String ofDistribution) {}

  static final List<Change> CHANGES =
      List.of(
          new Change(README, "; builds on first use, prints `ready`", "; prints `ready`"),
          new Change(
              README,
              "You need a JDK 21 or newer. Without Maven, `bin/quorate` builds with `./mvnw`, which"
                  + " downloads it. In a second terminal:",
              "You need a Java 21 or newer. In a second terminal:"),
          new Change(
              README,
              "With Docker alone: `docker compose up --wait`, which builds the image first.",
              "With Docker alone, and [the image of the release](docs/operations/install.md#image):"
                  + " `docker compose up --wait`."),
          new Change(
              README,
              "`mvn -DskipTests install` gives `io.quorate:quorate-client:",
              "The Maven repository of the release has `io.quorate:quorate-client:"),
          new Change(
              README, "* **Packages**: no published artifacts or images; you build them.\n", ""),
          new Change(README, "`mvn -B verify` builds", "In the sources, `mvn -B verify` builds"),
          new Change(
              START,
              """
              You need a JDK 21 or newer; or Docker alone. Maven is downloaded if you have none: \
              wherever these pages say `mvn`, `./mvnw` does the
              same.
              """,
              """
              You need a Java 21 or newer; or Docker alone.
              """),
          new Change(START, "; builds on first use, prints `ready`", "; prints `ready`"),
          new Change(
              START,
              """
              The first `up` builds the image, which is
              named by the version; `docker compose up --build --wait` builds it of sources that \
              changed. After `mvn -B package`,
              `QUORATE_DISTRIBUTION=prebuilt docker compose build` copies the build instead of \
              compiling. With [an image of a
              release](operations/install.md#image), nothing is built.\
              """,
              """
              It runs [the image of the
              release](operations/install.md#image), which is named by the version.\
              """),
          new Change(
              START,
              "`mvn -DskipTests install` gives `io.quorate:quorate-client`",
              "The Maven repository of the release has `io.quorate:quorate-client`"));

  private DistributionWords() {}

  /**
   * Returns a page as it is to be in a distribution.
   *
   * @throws IllegalStateException if the sources do not say any more what is to be changed
   */
  static String of(String page, String text) {
    String changed = text;
    for (Change each : CHANGES) {
      if (each.page().equals(page)) {
        if (!changed.contains(each.ofSources())) {
          throw new IllegalStateException(
              "%s does not say '%s' any more: correct DistributionWords"
                  .formatted(page, each.ofSources()));
        }
        changed = changed.replace(each.ofSources(), each.ofDistribution());
      }
    }
    return changed;
  }
}
