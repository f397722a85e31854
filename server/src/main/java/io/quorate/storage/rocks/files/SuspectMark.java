package io.quorate.storage.rocks.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file beside the database that says that there are records which cannot be read. It outlives a
 * database that takes no more writes since a compaction came upon them: the next start does not
 * compact them, and writes all others again.
 */
public record SuspectMark(Path file) {
  private static final String NAME = "unreadable";
  private static final String OF_HISTORY = "unreadable-history";

  public static SuspectMark in(Path directory) {
    return new SuspectMark(directory.resolve(NAME));
  }

  /** The same of versions that were replaced, which are not written again: they go. */
  public static SuspectMark ofHistory(Path directory) {
    return new SuspectMark(directory.resolve(OF_HISTORY));
  }

  public boolean isThere() {
    return Files.exists(file);
  }

  public void set(String why) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap((why + '\n').getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        int unused = channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** What was found; for people. */
  public String why() {
    try {
      return Quoted.of(Files.readString(file).strip());
    } catch (IOException unreadable) {
      return "an earlier start found it";
    }
  }

  public void clear() throws IOException {
    boolean unused = Files.deleteIfExists(file);
  }
}
