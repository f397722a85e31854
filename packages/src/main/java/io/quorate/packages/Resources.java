package io.quorate.packages;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Texts that lie beside these classes. */
final class Resources {
  private Resources() {}

  static String text(String name) throws IOException {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * A script for the shell: what all packages do to make the account, and what is special to it.
   */
  static String script(String name) throws IOException {
    return text(name).replace("#ACCOUNT#\n", text("account.sh"));
  }
}
