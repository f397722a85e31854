package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quorate.client.admin.BackupCut;

/**
 * Of which moment an exact backup is.
 *
 * @param cut its number in the cluster that was backed up
 * @param time the moment, as a hybrid time
 * @param asOf the moment to a millisecond, as an ISO instant
 */
public record ExactEntry(
    @JsonProperty("cut") long cut,
    @JsonProperty("time") long time,
    @JsonProperty("as_of") String asOf) {
  public static ExactEntry of(BackupCut cut) {
    return new ExactEntry(cut.id(), cut.hlc(), cut.asOf().toString());
  }
}
