package io.quorate.transport.token;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keys in a file. */
public record KeyFile(Path file) implements KeySource {
  /**
   * Finds out whether there are keys.
   *
   * @throws TokenKeysException if there are none
   */
  public void check() throws TokenKeysException {
    TokenKeys unused = read();
  }

  @Override
  public TokenKeys read() throws TokenKeysException {
    try (InputStream opened = Files.newInputStream(file)) {
      byte[] json = opened.readNBytes(KeyServer.BYTES_MAX + 1);
      if (json.length > KeyServer.BYTES_MAX) {
        throw new TokenKeysException(
            "jwt.keys %s: has more than %d bytes, which is no JWK set"
                .formatted(file, KeyServer.BYTES_MAX));
      }
      return TokenKeys.parse(file.toString(), json);
    } catch (IOException unreadable) {
      throw new TokenKeysException(
          "jwt.keys %s: cannot be read: %s. Name a file that the node can read"
              .formatted(file, unreadable),
          unreadable);
    }
  }
}
