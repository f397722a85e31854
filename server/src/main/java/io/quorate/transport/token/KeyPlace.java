package io.quorate.transport.token;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;

/** Where the keys of the identity provider are, as a JWK set (RFC 7517, section 5). */
public sealed interface KeyPlace {
  int CHARS_MAX = 2_048;

  /** A file of this machine. */
  record OfFile(Path file) implements KeyPlace {}

  /** A server, by https. */
  record OfServer(URI uri) implements KeyPlace {}

  /**
   * Reads what an operator writes.
   *
   * @throws IllegalArgumentException if it is neither a path nor a URL that begins with https://
   */
  static KeyPlace parse(String text) {
    if (text.isBlank() || text.length() > CHARS_MAX) {
      throw new IllegalArgumentException("empty, or too long");
    }
    if (!text.contains("://")) {
      return new OfFile(Path.of(text));
    }
    try {
      URI uri = new URI(text);
      boolean usable =
          uri.getScheme() != null
              && uri.getScheme().toLowerCase(Locale.ROOT).equals("https")
              && uri.getHost() != null
              && uri.getUserInfo() == null;
      if (usable) {
        return new OfServer(uri);
      }
    } catch (URISyntaxException malformed) {
      throw new IllegalArgumentException(malformed);
    }
    throw new IllegalArgumentException("not https, no host, or with a password");
  }
}
