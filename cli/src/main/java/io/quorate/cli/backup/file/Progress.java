package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an unfinished backup has so far, from which a later run goes on.
 *
 * @param id of the backup that it becomes
 * @param began as of {@link Manifest}
 * @param partitions of the cluster
 * @param tenants what is backed up: the ids of tenants by their names
 * @param exact of which moment it is to be; null if it is fuzzy
 * @param files that are written
 */
public record Progress(
    @JsonProperty("id") long id,
    @JsonProperty("began") String began,
    @JsonProperty("cluster_id") String clusterId,
    @JsonProperty("partitions") int partitions,
    @JsonProperty("tenants") Map<String, Integer> tenants,
    @JsonProperty("exact") @Nullable ExactEntry exact,
    @JsonProperty("files") List<FileEntry> files) {
  public Progress {
    tenants = Map.copyOf(tenants);
    files = List.copyOf(files);
  }

  public Progress with(FileEntry file) {
    List<FileEntry> more = new ArrayList<>(files);
    more.add(file);
    return new Progress(id, began, clusterId, partitions, tenants, exact, more);
  }

  public Progress with(ExactEntry moment) {
    return new Progress(id, began, clusterId, partitions, tenants, moment, files);
  }

  public List<Segment> segments() {
    return files.stream().flatMap(file -> file.segments().stream()).toList();
  }
}
