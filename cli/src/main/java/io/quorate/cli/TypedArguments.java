package io.quorate.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds arguments that are not what was typed. The JVM decodes them by the locale, and replaces
 * what it cannot decode: two different keys become one, and a put stores something else than was
 * typed.
 */
final class TypedArguments {
  private static final Path AS_TYPED = Path.of("/proc/self/cmdline");
  private static final char REPLACEMENT = '\uFFFD';

  private TypedArguments() {}

  /** Returns what is wrong with the arguments and what to do; null if they are as typed. */
  static @Nullable String fault(String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (!isText(arguments[i])) {
        return "argument %d, '%s', is not UTF-8: write keys and values that are no text with --hex or --base64"
            .formatted(i + 1, arguments[i]);
      }
    }
    String charset = System.getProperty("sun.jnu.encoding", "UTF-8");
    return !charset.equals(StandardCharsets.UTF_8.name()) && wereBeyondAscii()
        ? "the locale's character set is "
            + charset
            + ", and the arguments are not ASCII: set LC_ALL to a locale with UTF-8, such as"
            + " C.UTF-8, or write them with --hex"
        : null;
  }

  private static boolean isText(String argument) {
    return argument.indexOf(REPLACEMENT) < 0
        && StandardCharsets.UTF_8.newEncoder().canEncode(argument);
  }

  /** In the POSIX locale the JVM turns all other characters into question marks. */
  private static boolean wereBeyondAscii() {
    try {
      for (byte each : Files.readAllBytes(AS_TYPED)) {
        if (each < 0) {
          return true;
        }
      }
      return false;
    } catch (IOException notLinux) {
      return false; // elsewhere the JVM always reads arguments as UTF-8
    }
  }
}
