package io.quorate.cli.transfer;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells one input file from another, or from itself before it was changed.
 *
 * @param bytes its size; -1 for standard input, which cannot be told
 * @param modifiedMillis when it was changed last, in milliseconds since 1970
 * @param head SHA-256 of its first 64 KiB
 */
record InputIdentity(
    @JsonProperty("bytes") long bytes,
    @JsonProperty("modified_ms") long modifiedMillis,
    @JsonProperty("head") String head) {

  static final InputIdentity STANDARD_INPUT = new InputIdentity(-1, 0, "");

  private static final int HEAD_BYTES = 64 << 10;

  static InputIdentity of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new InputIdentity(
          Files.size(file),
          Files.getLastModifiedTime(file).toMillis(),
          HexFormat.of().formatHex(sha256().digest(in.readNBytes(HEAD_BYTES))));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
