package io.quorate.cli.backup;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quorate.client.admin.BackupCut;

/**
 * Of which moment an exact backup is.
 *
 * @param cut its number in the cluster that was backed up
 * @param time the moment, as a hybrid time
 * @param asOf the moment to a millisecond, as an ISO instant
 */
record ExactEntry(
    @JsonProperty("cut") long cut,
    @JsonProperty("time") long time,
    @JsonProperty("as_of") String asOf) {
  static ExactEntry of(BackupCut cut) {
    return new ExactEntry(cut.id(), cut.hlc(), cut.asOf().toString());
  }
}
