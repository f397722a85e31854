package io.quorate.cli.transfer;

import io.quorate.cli.command.Choices;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How records are written in a file. */
enum Format {
  /** One JSON object a line. */
  JSONL,
  /** Comma-separated values; the first line names the columns (RFC 4180). */
  CSV;

  /** As people write them. */
  static final class Words extends Choices {
    Words() {
      super(Format.class);
    }
  }

  /** The format that a file's name tells; null if it tells none. */
  static @Nullable Format ofName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".csv")) {
      return CSV;
    }
    return lower.endsWith(".jsonl") || lower.endsWith(".ndjson") ? JSONL : null;
  }
}
