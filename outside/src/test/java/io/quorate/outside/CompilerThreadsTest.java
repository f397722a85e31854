package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a node compiles keeps no request from a processor, its own or that of another node. */
@ExtendWith(SharedNodes.class)
class CompilerThreadsTest {
  private static final int GIVES_WAY = 10;

  /** Of the fields of /proc/PID/task/TID/stat behind the name (proc_pid_stat(5), field 19). */
  private static final int NICE = 16;

  /** A node that is started with a nice value of its own keeps that for all of its threads. */
  @BeforeEach
  void startedWithoutANiceValue() throws IOException {
    assumeThat(nice(Files.readString(Path.of("/proc/self/stat")))).isEqualTo(0);
  }

  @Test
  void theThreadsOfTheCompilerGiveWayToTheOthers(Nodes nodes) throws IOException {
    Map<String, Integer> highest = niceValues(nodes.node(0).process().pid());
    assertThat(of("Compiler", highest)).as("%s", highest).isNotEmpty().containsOnly(GIVES_WAY);
    assertThat(of("node-", highest)).as("%s", highest).isNotEmpty().containsOnly(0);
    assertThat(nodes.node(0).log()).doesNotContain("VM warning");
  }

  private static List<Integer> of(String named, Map<String, Integer> highest) {
    return highest.entrySet().stream()
        .filter(thread -> thread.getKey().contains(named))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** By the names of threads; of those with one name, the highest. */
  private static Map<String, Integer> niceValues(long pid) throws IOException {
    Map<String, Integer> highest = new TreeMap<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads.toList()) {
        String stat = stat(thread);
        if (!stat.isEmpty()) {
          String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
          highest.merge(name, nice(stat), Math::max);
        }
      }
    }
    return highest;
  }

  private static int nice(String stat) {
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE]);
  }

  /** Empty if the thread has ended. */
  private static String stat(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("stat"));
    } catch (IOException unreadable) {
      if (Files.exists(thread)) {
        throw unreadable;
      }
      return "";
    }
  }
}
