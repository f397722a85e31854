package io.quorate.cli.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What the beginning of an input file looks like. */
enum InputLook {
  /** Compressed by gzip: none of its lines are records. */
  COMPRESSED,
  /** As {@code quorate export} writes it. */
  EXPORTED,
  OTHER;

  private static final int HEAD_BYTES = 256;
  private static final String EXPORTED_COLUMNS = "key,key_base64,value,value_base64,expires_at_ms";
  private static final Pattern EXPORTED_OBJECT =
      Pattern.compile(
          "^\\{\"key(?:_base64)?\":\"(?:[^\"\\\\]|\\\\.)*\",\"value(?:_base64)?\":\".*",
          Pattern.DOTALL);

  static InputLook at(Path file, Format format) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    if (head.length > 1 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
      return COMPRESSED;
    }
    String text = new String(head, StandardCharsets.UTF_8);
    boolean exported =
        switch (format) {
          case CSV -> text.startsWith(EXPORTED_COLUMNS);
          case JSONL -> EXPORTED_OBJECT.matcher(text).matches();
        };
    return exported ? EXPORTED : OTHER;
  }
}
