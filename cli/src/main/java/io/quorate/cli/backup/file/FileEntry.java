package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

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
}
