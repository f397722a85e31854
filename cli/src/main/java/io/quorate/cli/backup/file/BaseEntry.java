package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * On which backup another one is based; both are at the same place.
 *
 * @param sha256 of its manifest, as that says it
 * @param chain how many backups stand below the one that is based on it: 1 if its base has none
 */
public record BaseEntry(
    @JsonProperty("name") String name,
    @JsonProperty("id") long id,
    @JsonProperty("sha256") String sha256,
    @JsonProperty("chain") int chain) {
  /**
   * As many backups stand below another one, at most: a file of each is open, and a part of it in
   * memory, for each thread that reads the last one.
   */
  public static final int CHAIN_MAX = 31;
}
