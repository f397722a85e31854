package io.quorate.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The locale, and the place among the processes that the kernel ends where memory runs out, that
 * the launcher was started with. It changes both for this process (bin/quorate), and programs of
 * users are to have what they would have without it: one may be a node, or a job of hours.
 */
public final class GivenPlace {
  /** Set by the launcher to each value of before; without the first one, nothing was changed. */
  private static final String GIVEN = "quorate.given.";

  private static final List<String> LOCALE =
      List.of("LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_NUMERIC");

  private static final Path OOM_SCORE = Path.of("/proc/self/oom_score_adj");

  private GivenPlace() {}

  /** Starts a program of a user. */
  public static Process start(ProcessBuilder program) throws IOException {
    return start(program, System::getProperty);
  }

  /** As above, with other properties of this JVM. */
  static synchronized Process start(ProcessBuilder program, UnaryOperator<@Nullable String> ofJvm)
      throws IOException {
    if (ofJvm.apply(GIVEN + "locale") != null) {
      giveLocale(program.environment(), ofJvm);
    }
    String score = ofJvm.apply(GIVEN + "oom_score_adj");
    if (score == null) {
      return program.start();
    }
    // A program has the place of the process that starts it, at that moment.
    String own = replaceScore(score);
    try {
      return program.start();
    } finally {
      if (own != null) {
        String unused = replaceScore(own);
      }
    }
  }

  private static void giveLocale(
      Map<String, String> environment, UnaryOperator<@Nullable String> ofJvm) {
    for (String name : LOCALE) {
      String value = ofJvm.apply(GIVEN + name);
      if (value == null) {
        environment.remove(name);
      } else {
        environment.put(name, value);
      }
    }
  }

  /** Returns what was there; null if it stays, as where the kernel has no such place. */
  private static @Nullable String replaceScore(String score) {
    try {
      String before = Files.readString(OOM_SCORE).strip();
      Files.writeString(OOM_SCORE, score);
      return before;
    } catch (IOException notAllowed) {
      return null; // the program gives way, as this process does
    }
  }
}
