package io.quorate.cli.transfer;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * How far an import got, kept in a file so that a later run can go on.
 *
 * @param input what the input looked like
 * @param target tenant and fields of the import: going on with others would mix two imports
 * @param destination where its records were stored; null: the release that wrote it did not say
 * @param line highest line such that all lines up to it are stored, or were reported as bad
 * @param stored records stored so far
 * @param bad bad lines reported so far
 */
record ImportState(
    @JsonProperty("input") InputIdentity input,
    @JsonProperty("target") String target,
    @JsonProperty("destination") @Nullable Destination destination,
    @JsonProperty("line") long line,
    @JsonProperty("stored") long stored,
    @JsonProperty("bad") long bad) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The file kept beside an input unless told otherwise. */
  static Path beside(Path input) {
    return input.resolveSibling(input.getFileName() + ".quorate-import");
  }

  /**
   * Reads a state file.
   *
   * @throws IOException if it is not one; the message names the file
   */
  static ImportState read(Path file) throws IOException {
    try {
      return MAPPER.readValue(Files.readAllBytes(file), ImportState.class);
    } catch (JacksonException malformed) {
      throw new IOException(
          file
              + " is not the progress of an import ("
              + malformed.getOriginalMessage()
              + "): remove it and import from the start",
          malformed);
    }
  }

  /** Replaces the state file: a reader sees the old state or the new one, never a part. */
  void write(Path file) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, MAPPER.writeValueAsBytes(this));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
