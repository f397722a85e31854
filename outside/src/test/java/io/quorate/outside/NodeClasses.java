package io.quorate.outside;

import java.nio.file.Path;

/**
 * The classes of a node in the form that a JVM needs them. With Java 25 or newer, which keeps them
 * linked (JEP 514), a start from them takes half of the CPU, with an older one two thirds; and a
 * run of all tests starts some sixty nodes.
 */
final class NodeClasses {
  /** Whether nodes have a Java that links classes ahead of time. */
  private static final boolean AHEAD =
      new CommandLine()
              .shell(
                  "find='%s'; [ \"$(\"$find\" 25)\" = \"$(\"$find\" 21)\" ]"
                      .formatted(Distribution.home().resolve("bin/find-java")))
              .code()
          == 0;

  /** Where a node has left them that was ready, and ended in order. */
  private static final Path ARCHIVE = leftByANode();

  private NodeClasses() {}

  /** Options for a JVM that takes them from there. */
  static String taken() {
    return "-XX:%s=%s -Xlog:disable".formatted(AHEAD ? "AOTCache" : "SharedArchiveFile", ARCHIVE);
  }

  private static Path leftByANode() {
    Path archive =
        Distribution.tests()
            .resolve(
                "target/node-classes-%d.%s".formatted(Distribution.fork(), AHEAD ? "aot" : "jsa"));
    String left =
        "-XX:%s=%s -Xlog:disable"
            .formatted(AHEAD ? "AOTCacheOutput" : "ArchiveClassesAtExit", archive);
    try (Nodes nodes = Nodes.withOwnClasses("127.0.0.1")) {
      nodes.node(0).addJavaOption(left);
      nodes.start().node(0).stop();
    }
    return archive;
  }
}
