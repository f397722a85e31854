package io.quorate.cli.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Classes that a node has loaded, kept at its end in the form in which the JVM needs them (CDS, JEP
 * 350): the next start loads them with half the CPU. The launcher says where; nodes that it starts
 * take what is there, and the first one that ends keeps its own if nothing is.
 */
public final class KeptClasses {
  /** Set by the launcher, which names the file after the jars and the Java. */
  static final String FILE = "quorate.classes";

  private static final String RECORD = "-XX:+RecordDynamicDumpInfo";

  private KeptClasses() {}

  /** Options of a process that is to use what is kept, or to keep it; bin/quorate has the same. */
  static List<String> options() {
    Path file = file();
    if (file == null) {
      return List.of();
    }
    String where = "-D" + FILE + "=" + file;
    return Files.exists(file)
        ? List.of(where, "-XX:SharedArchiveFile=" + file, "-Xlog:cds*=off")
        : List.of(where, RECORD);
  }

  /**
   * Keeps them, unless that is done. Stops all threads for a second or less, so it is for the end
   * of a process, after all else: it also silences what the JVM logs, which names each class that
   * cannot be kept. Does nothing if it cannot: the next start takes longer, and that is all.
   */
  public static void keep() {
    Path file = file();
    if (file == null || Files.exists(file)) {
      return;
    }
    // Several nodes may end at once, and others start meanwhile: what has the name is whole.
    Path made = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      diagnose("vmLog", "disable");
      diagnose("vmCds", "dynamic_dump", made.toString());
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | JMException | RuntimeException cannot) {
      delete(made);
    }
  }

  /** What {@code jcmd} does from outside. */
  private static void diagnose(String operation, String... arguments) throws JMException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    Object unused =
        server.invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            operation,
            new Object[] {arguments},
            new String[] {String[].class.getName()});
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException ignored) {
      // The launcher deletes it with the next archive.
    }
  }

  private static @Nullable Path file() {
    String file = System.getProperty(FILE);
    return file == null ? null : Path.of(file);
  }
}
