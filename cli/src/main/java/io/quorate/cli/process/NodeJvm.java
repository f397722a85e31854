package io.quorate.cli.process;

import io.quorate.node.NodeMemory;
import io.quorate.node.config.Memory;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a process of ours is started: with the same Java and the same jars as this one. */
public final class NodeJvm {
  /**
   * Of nodes, before what QUORATE_JAVA_OPTS says (bin/quorate has the same): one that is out of
   * memory must end, for what failed to allocate may be the thread that would have answered or
   * stopped; Netty need not take down where one buffer of 128 was made, which costs 2 % of the CPU
   * of a node with TLS; the JIT compiler inlines less, so that a node that is new is at full speed
   * sooner, and its threads give way to those that serve requests; the JVM's own counters are in no
   * file, for which all threads would wait while the disk is busy.
   */
  public static final List<String> ALWAYS =
      List.of(
          "-XX:InlineSmallCode=1200",
          "-XX:FreqInlineSize=200",
          "-XX:ThreadPriorityPolicy=1",
          "-XX:CompilerThreadPriority=10",
          "-XX:-PrintWarnings",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+DisplayVMOutputToStderr",
          "-XX:+PerfDisableSharedMem",
          "-Dio.grpc.netty.shaded.io.netty.leakDetection.level=disabled");

  private static final Pattern HEAP_IS_GIVEN = Pattern.compile("-Xmx|-XX:MaxHeapSize=|-XX:MaxRAM");
  private static final Pattern COLLECTOR_IS_GIVEN = Pattern.compile("-XX:\\+Use\\w*GC");

  private static final Pattern HEAP =
      Pattern.compile("-(?:Xmx|XX:MaxHeapSize=)([0-9]{1,18})([kKmMgG]?)(?!\\S)");

  private static final Pattern DIRECT =
      Pattern.compile("-XX:MaxDirectMemorySize=([0-9]{1,18})([kKmMgG]?)(?!\\S)");

  /** More than any machine has, and little enough to add up. */
  private static final long BYTES_MAX = 1L << 60;

  /** Set by the launcher to the file that 'quorate warm' has left. */
  private static final String LEARNED = "quorate.learned";

  private NodeJvm() {}

  /** Whether this process was started with it. */
  public static boolean hasLearned() {
    return System.getProperty(LEARNED) != null;
  }

  /** The command that runs {@code mainClass} as a node runs. */
  public static List<String> command(Class<?> mainClass, List<String> arguments) {
    return command(mainClass, arguments, System.getenv("QUORATE_JAVA_OPTS"));
  }

  /** As above, for one of several nodes that share this machine's memory. */
  public static List<String> commandOfOneOf(int nodes, Class<?> mainClass, List<String> arguments) {
    return command(
        mainClass,
        arguments,
        System.getenv("QUORATE_JAVA_OPTS"),
        shareOf(NodeMemory.machineBytes(), nodes));
  }

  /**
   * Never less than a node needs, if there is that much: they may not be at their busiest at once.
   */
  public static long shareOf(long machineBytes, int nodes) {
    return Math.max(machineBytes / nodes, Math.min(machineBytes, Memory.LIMIT_MIN_BYTES));
  }

  /** As above, with {@code options} in place of the environment's. */
  public static List<String> command(
      Class<?> mainClass, List<String> arguments, @Nullable String options) {
    return command(mainClass, arguments, options, NodeMemory.machineBytes());
  }

  private static List<String> command(
      Class<?> mainClass, List<String> arguments, @Nullable String options, long memoryBytes) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(ALWAYS);
    command.addAll(memoryOptions(options == null ? "" : options, memoryBytes));
    String learned = System.getProperty(LEARNED);
    if (learned != null) {
      command.addAll(List.of("-XX:AOTCache=" + learned, "-Xlog:aot=off", "-Xlog:cds=off"));
    }
    command.addAll(KeptClasses.options());
    command.add("-cp");
    command.add(classPath());
    command.add(mainClass.getName());
    command.addAll(arguments);
    return command;
  }

  /**
   * The options of an operator, and what they leave open (bin/quorate has the same): a heap that
   * follows from the memory there is, taken whole at the start, so that a node's memory is flat
   * from its first minute on, in huge pages where the kernel gives them; and a collector for small
   * heaps.
   */
  public static List<String> memoryOptions(String options, long machineBytes) {
    List<String> all = new ArrayList<>();
    if (!HEAP_IS_GIVEN.matcher(options).find()) {
      if (machineBytes < Memory.LIMIT_MIN_BYTES) {
        all.add("-Xmx64m"); // to say that this is too little
      } else {
        long heap = Memory.heapFor(machineBytes) >> 20;
        all.addAll(List.of("-Xms" + heap + "m", "-Xmx" + heap + "m", "-XX:+AlwaysPreTouch"));
        if (HugePages.areGiven()) {
          all.add("-XX:+UseTransparentHugePages");
        }
      }
    }
    if (!COLLECTOR_IS_GIVEN.matcher(options).find()) {
      all.add("-XX:+UseSerialGC");
    }
    if (!options.isBlank()) {
      all.addAll(List.of(options.strip().split("\\s+", -1)));
    }
    return all;
  }

  /**
   * What a node has that is started on this machine with these options.
   *
   * @param options as of QUORATE_JAVA_OPTS; the usual heap is taken where {@link #heapIsUnknown}
   */
  public static Memory memoryOfNode(@Nullable String options) {
    String given = options == null ? "" : options;
    long machineBytes = NodeMemory.machineBytes();
    long heap = lastOf(HEAP, given, Memory.heapFor(machineBytes));
    long direct = lastOf(DIRECT, given, 0);
    return new Memory(machineBytes, heap, direct > 0 ? direct : heap);
  }

  /** Returns the bytes that an option gives, of which the last one counts. */
  private static long lastOf(Pattern option, String options, long otherwise) {
    long bytes = otherwise;
    Matcher given = option.matcher(options);
    while (given.find()) {
      int shift =
          switch (given.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
          };
      bytes = Math.min(Long.parseLong(given.group(1)), BYTES_MAX >> shift) << shift;
    }
    return bytes;
  }

  /**
   * Says why the memory of a node that is started with these options cannot be judged; empty if it
   * can.
   *
   * @param options as of QUORATE_JAVA_OPTS
   */
  public static Optional<String> heapIsUnknown(@Nullable String options) {
    if (options == null || !HEAP_IS_GIVEN.matcher(options).find() || HEAP.matcher(options).find()) {
      return Optional.empty();
    }
    return Optional.of(
        "QUORATE_JAVA_OPTS gives the heap by other options than -Xmx and -XX:MaxHeapSize, so it is"
            + " not known whether the memory is enough for a node");
  }

  /** Absolute, for a child may run in another directory. */
  private static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.isEmpty()) {
        entries.add(Path.of(entry).toAbsolutePath().toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }
}
