package io.quorate.cli.backup.file;

/** A file of a backup was written by a later release, in a format that this one does not know. */
public final class LaterFormatException extends DamagedException {
  private static final long serialVersionUID = 1;

  private final int format;

  LaterFormatException(String file, int format) {
    super(
        file,
        "has format %d, and this release reads %d: use the release that wrote it, or a later one"
            .formatted(format, BlockFormat.INCREMENTAL));
    this.format = format;
  }

  /** Returns the format that the file has. */
  public int format() {
    return format;
  }
}
