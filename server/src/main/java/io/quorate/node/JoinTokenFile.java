package io.quorate.node;

import io.quorate.cluster.JoinTokenText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that an operator has put a join token into: a setting that held the token itself would
 * be shown with the others.
 */
final class JoinTokenFile {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  /** Far more than a token, and what editors put around it. */
  private static final int BYTES_MAX = 1_000;

  private JoinTokenFile() {}

  /**
   * Reads the token. A node that is a member needs none, and its file may be gone, so that a file
   * of no use is told of in the log, and is as none.
   *
   * @param file null for none
   */
  static @Nullable JoinTokenText read(@Nullable Path file) {
    if (file == null) {
      return null;
    }
    try {
      return tokenIn(file);
    } catch (IOException | IllegalArgumentException unusable) {
      log.warn("{}", why(file, unusable));
      return null;
    }
  }

  /** Says why a file is of no use to a node that joins; null if it is. */
  static @Nullable String whyUnusable(Path file) {
    try {
      JoinTokenText unused = tokenIn(file);
      return null;
    } catch (IOException | IllegalArgumentException unusable) {
      return why(file, unusable);
    }
  }

  private static JoinTokenText tokenIn(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return JoinTokenText.parse(
          new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8).strip());
    }
  }

  private static String why(Path file, Exception unusable) {
    return unusable instanceof IOException
        ? "cluster.join_token_file cannot be read, which matters to join only: " + unusable
        : "cluster.join_token_file %s has no join token, which matters to join only: %s"
            .formatted(file, unusable.getMessage());
  }
}
