package io.quorate.outside;

import java.nio.file.Path;

/**
 * The classes of a node in the form that a JVM needs them. A start from them takes two thirds of
 * the CPU, and a run of all tests starts some sixty nodes.
 */
final class NodeClasses {
  /** Where a node has left them that was ready, and ended in order. */
  private static final Path ARCHIVE = leftByANode();

  private NodeClasses() {}

  /** An option for a JVM that takes them from there. */
  static String taken() {
    return "-XX:SharedArchiveFile=" + ARCHIVE + " -Xlog:disable";
  }

  private static Path leftByANode() {
    Path archive =
        Distribution.tests().resolve("target/node-classes-" + Distribution.fork() + ".jsa");
    try (Nodes nodes = Nodes.withOwnClasses("127.0.0.1")) {
      nodes.node(0).addJavaOption("-XX:ArchiveClassesAtExit=" + archive + " -Xlog:disable");
      nodes.start().node(0).stop();
    }
    return archive;
  }
}
