package io.quorate.cli.security;

import java.util.regex.Pattern;

/**
 * The name of a client, that of its directory, too.
 *
 * @param text 1 to 64 of a-z, A-Z, 0-9, '-', '_' and '.', the first a letter or a digit
 */
public record ClientName(String text) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** That of the user that may do everything. */
  public static final ClientName ROOT = new ClientName("root");

  /**
   * @throws IllegalArgumentException if it is none; the message says what is allowed
   */
  public ClientName {
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          ("%s is no name of a client: give 1 to 64 of a-z, A-Z, 0-9, '-', '_' and '.', the first a"
                  + " letter or a digit")
              .formatted(Shown.of(text)));
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
