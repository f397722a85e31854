package io.quorate.cli.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an input file looks like, by its first bytes. */
final class InputLook {
  private static final int HEAD_BYTES = 256;
  private static final String EXPORTED_COLUMNS = "key,key_base64,value,value_base64,expires_at_ms";
  private static final Pattern EXPORTED_OBJECT =
      Pattern.compile(
          "^\\{\"key(?:_base64)?\":\"(?:[^\"\\\\]|\\\\.)*\",\"value(?:_base64)?\":\".*",
          Pattern.DOTALL);

  private final byte[] head;

  private InputLook(byte[] head) {
    this.head = head;
  }

  static InputLook at(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new InputLook(in.readNBytes(HEAD_BYTES));
    }
  }

  /** How it is compressed, so that none of its lines are records; null if it is not. */
  @Nullable Compression compression() {
    return Compression.of(head);
  }

  /** Whether {@code quorate export} writes files that begin so. */
  boolean isExported(Format format) {
    String text = new String(head, StandardCharsets.UTF_8);
    return switch (format) {
      case CSV -> text.startsWith(EXPORTED_COLUMNS);
      case JSONL -> EXPORTED_OBJECT.matcher(text).matches();
    };
  }
}
