package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A tenant in a backup.
 *
 * @param id in the cluster that was backed up; a tenant that is truncated gets another one
 * @param replicationFactor as people write it
 * @param settings by their names: milliseconds, counts and bytes as numbers, all others as people
 *     write them
 * @param keys that are in the backup
 * @param bytes of these keys and their contents
 * @param potentiallyStale whether an acknowledged write may be missing
 */
public record TenantEntry(
    @JsonProperty("name") String name,
    @JsonProperty("id") int id,
    @JsonProperty("replication_factor") String replicationFactor,
    @JsonProperty("settings") Map<String, Object> settings,
    @JsonProperty("keys") long keys,
    @JsonProperty("bytes") long bytes,
    @JsonProperty("potentially_stale") boolean potentiallyStale) {
  public TenantEntry {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
