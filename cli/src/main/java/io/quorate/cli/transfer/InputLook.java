package io.quorate.cli.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
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

  /** A first line of two plain words. */
  private static final Pattern TWO_COLUMNS =
      Pattern.compile("\\uFEFF?([A-Za-z0-9_.-]{1,64}),([A-Za-z0-9_.-]{1,64})\\r?\\n");

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

  /**
   * Returns the column of a CSV file that has one beside that of the key: who has such a file
   * mostly means it to be the value.
   */
  Optional<String> onlyColumnBeside(String key) {
    String text = new String(head, StandardCharsets.UTF_8);
    Matcher columns = TWO_COLUMNS.matcher(text);
    if (!columns.lookingAt()) {
      return Optional.empty();
    }
    return columns.group(1).equals(key)
        ? Optional.of(columns.group(2))
        : columns.group(2).equals(key) ? Optional.of(columns.group(1)) : Optional.empty();
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
