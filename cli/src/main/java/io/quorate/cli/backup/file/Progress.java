package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
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
 * @param asked for a cut that is not known yet, from which the backup is to be read; null if none
 *     was asked for, or it is known
 * @param exact of which moment it is to be; null if that is not known yet, or it is fuzzy
 * @param base on which backup it is based; null if it has all contents
 * @param files that are written
 * @param run a random number of the run that wrote it, so that no two runs write the same content
 */
public record Progress(
    @JsonProperty("id") long id,
    @JsonProperty("began") String began,
    @JsonProperty("cluster_id") String clusterId,
    @JsonProperty("partitions") int partitions,
    @JsonProperty("tenants") Map<String, Integer> tenants,
    @JsonProperty("asked_cut") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable AskedCut asked,
    @JsonProperty("exact") @Nullable ExactEntry exact,
    @JsonProperty("base") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BaseEntry base,
    @JsonProperty("files") List<FileEntry> files,
    @JsonProperty("run") long run) {
  public Progress {
    tenants = Map.copyOf(tenants);
    files = List.copyOf(files);
  }

  /**
   * Reads what an earlier run left.
   *
   * @throws DamagedException if it is not as it was written
   */
  public static Progress read(BackupStore store) throws IOException {
    return CheckedJson.read(store, FileNames.PROGRESS, Progress.class).content();
  }

  /** Writes it down. */
  public void put(BackupStore store) throws IOException {
    CheckedJson.put(store, FileNames.PROGRESS, this, base != null);
  }

  public Progress with(BaseEntry on) {
    return new Progress(id, began, clusterId, partitions, tenants, asked, exact, on, files, run);
  }

  public Progress with(FileEntry file) {
    List<FileEntry> more = new ArrayList<>(files);
    more.add(file);
    return new Progress(id, began, clusterId, partitions, tenants, asked, exact, base, more, run);
  }

  /** Returns the same, of a moment that is known. */
  public Progress with(ExactEntry moment) {
    return new Progress(id, began, clusterId, partitions, tenants, null, moment, base, files, run);
  }

  /** Returns the same, of a moment that is asked for. */
  public Progress with(AskedCut cut) {
    return new Progress(id, began, clusterId, partitions, tenants, cut, null, base, files, run);
  }

  /** Returns the same, as another run writes it. */
  public Progress ofRun(long other) {
    return new Progress(
        id, began, clusterId, partitions, tenants, asked, exact, base, files, other);
  }

  /** Returns what kind of backup it becomes, as manifests say it. */
  public String kind() {
    return Manifest.kind(ofOneMoment());
  }

  /** Whether it is to be of one moment. */
  public boolean ofOneMoment() {
    return asked != null || exact != null;
  }

  public List<Segment> segments() {
    return files.stream().flatMap(file -> file.segments().stream()).toList();
  }
}
