package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * A file of records that is written.
 *
 * @param bytes its length
 * @param sha256 of all of it, in hexadecimal digits
 * @param records keys in it
 * @param segments what they are of, in the order of the file
 */
public record FileEntry(
    @JsonProperty("name") String name,
    @JsonProperty("bytes") long bytes,
    @JsonProperty("sha256") String sha256,
    @JsonProperty("records") long records,
    @JsonProperty("segments") List<Segment> segments) {
  public FileEntry {
    segments = List.copyOf(segments);
  }

  /**
   * Refuses a file that is missing, or shorter or longer than it was written.
   *
   * @param there the bytes of all files by their names
   */
  public void requireLength(Map<String, Long> there) throws DamagedException {
    Long length = there.get(name);
    if (length == null) {
      throw new DamagedException(name, "is missing");
    }
    if (length != bytes) {
      throw new DamagedException(
          name, "has %d bytes, and was written with %d".formatted(length, bytes));
    }
  }
}
