package io.quorate.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file in which a secret stands alone, on one line.
 *
 * @param what the secret is, for messages
 * @param bytesMax that it has
 */
record SecretFile(String what, int bytesMax) {
  /**
   * Reads the secret; one line break at the end of the file is none of it.
   *
   * @param in read where the file is {@link PasswordSource#STANDARD_INPUT}
   * @throws IllegalArgumentException if it cannot be read, or is no text of one line
   */
  String read(String file, InputStream in) {
    try {
      byte[] bytes;
      if (file.equals(PasswordSource.STANDARD_INPUT)) {
        bytes = in.readNBytes(bytesMax + 1);
      } else {
        try (InputStream opened = Files.newInputStream(Path.of(file))) {
          bytes = opened.readNBytes(bytesMax + 1);
        }
      }
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      String line = text.replaceFirst("\\r?\\n$", "");
      if (bytes.length > bytesMax || line.isEmpty() || line.chars().anyMatch(c -> c == '\n')) {
        throw new IllegalArgumentException(
            "%s holds no %s: it is to be one line".formatted(named(file), what));
      }
      return line;
    } catch (CharacterCodingException malformed) {
      throw new IllegalArgumentException(
          "%s holds no %s: it is no text in UTF-8".formatted(named(file), what), malformed);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "the %s cannot be read from %s: %s".formatted(what, named(file), unreadable.getMessage()),
          unreadable);
    }
  }

  private static String named(String file) {
    return file.equals(PasswordSource.STANDARD_INPUT) ? "standard input" : "file " + file;
  }
}
