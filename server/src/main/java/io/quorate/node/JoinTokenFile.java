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
    try (InputStream in = Files.newInputStream(file)) {
      return JoinTokenText.parse(
          new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8).strip());
    } catch (IOException unreadable) {
      log.warn(
          "cluster.join_token_file cannot be read, which matters to join only: {}",
          unreadable.toString());
    } catch (IllegalArgumentException noToken) {
      log.warn(
          "cluster.join_token_file {} has no join token, which matters to join only: {}",
          file,
          noToken.getMessage());
    }
    return null;
  }
}
