package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
 * @param oneMoment in an exact backup, whether all keys of the tenant are of its moment; if not,
 *     each key by itself is of a moment while the cut was made. Null in a fuzzy one
 */
public record TenantEntry(
    @JsonProperty("name") String name,
    @JsonProperty("id") int id,
    @JsonProperty("replication_factor") String replicationFactor,
    @JsonProperty("settings") Map<String, Object> settings,
    @JsonProperty("keys") long keys,
    @JsonProperty("bytes") long bytes,
    @JsonProperty("potentially_stale") boolean potentiallyStale,
    @JsonProperty("one_moment") @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Boolean oneMoment) {
  public TenantEntry {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** Whether it is in an exact backup, and each of its keys is by itself. */
  @JsonIgnore
  public boolean isKeyByKey() {
    return Boolean.FALSE.equals(oneMoment);
  }

  /** Returns the name of its model; empty if the backup does not tell it. */
  public String model() {
    return String.valueOf(settings.getOrDefault("model", ""));
  }
}
