package io.quorate.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Whether the kernel gives a process pages of 2 MiB when it asks for them (Linux, transparent huge
 * pages). A JVM that asks where there are none says so on its output.
 */
final class HugePages {
  private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  /** The choice in force stands in brackets among the others: {@code always [madvise] never}. */
  private static final Pattern GIVEN = Pattern.compile("\\[(always|madvise)]");

  private HugePages() {}

  static boolean areGiven() {
    return areGiven(SETTING);
  }

  static boolean areGiven(Path setting) {
    try {
      return GIVEN.matcher(Files.readString(setting)).find();
    } catch (IOException notThere) {
      return false; // another kernel, or one without them
    }
  }
}
