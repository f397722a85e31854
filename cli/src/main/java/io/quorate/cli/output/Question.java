package io.quorate.cli.output;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Asks a person whether what was shown is wanted. */
public final class Question {
  private static final Set<String> AGREEMENT = Set.of("y", "yes");

  private Question() {}

  /** Returns whether the answer is yes; no answer is a no. */
  public static boolean isWanted(Console console) {
    console.err().print("Is that wanted? [y/N] ");
    console.err().flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))
              .readLine();
      return answer != null && AGREEMENT.contains(answer.strip().toLowerCase(Locale.ROOT));
    } catch (IOException failed) {
      throw new UncheckedIOException("the answer cannot be read", failed);
    }
  }
}
