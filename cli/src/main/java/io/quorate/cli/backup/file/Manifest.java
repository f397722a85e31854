package io.quorate.cli.backup.file;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a backup is, and all that is in it. It is written when everything else is there, so there is
 * no backup without it.
 *
 * @param kind "fuzzy": each key is at least as new as all that was acknowledged before {@code
 *     began}; nothing is promised across keys. "exact": all of it is of one moment, but for tenants
 *     of which {@link TenantEntry#oneMoment} does not hold
 * @param id a random number above 0
 * @param began when the first run of the backup began, as an ISO instant
 * @param ended when all was read
 * @param clusterId of the cluster that was backed up
 * @param clusterVersion only a cluster of this version, or a later one, reads the records
 * @param partitions of the cluster
 * @param potentiallyStale whether an acknowledged write may be missing in some tenant
 * @param exact of which moment it is; null if it is fuzzy, and in manifests of earlier releases
 * @param base on which backup it is based; null if it has all contents
 * @param access users and roles; null if they are not in it
 */
public record Manifest(
    @JsonProperty("kind") String kind,
    @JsonProperty("id") long id,
    @JsonProperty("name") String name,
    @JsonProperty("began") String began,
    @JsonProperty("ended") String ended,
    @JsonProperty("cluster_id") String clusterId,
    @JsonProperty("cluster_version") int clusterVersion,
    @JsonProperty("partitions") int partitions,
    @JsonProperty("potentially_stale") boolean potentiallyStale,
    @JsonProperty("exact") @Nullable ExactEntry exact,
    @JsonProperty("base") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BaseEntry base,
    @JsonProperty("access") @Nullable AccessEntry access,
    @JsonProperty("tenants") List<TenantEntry> tenants,
    @JsonProperty("files") List<FileEntry> files) {
  private static final String FUZZY = "fuzzy";
  private static final String EXACT = "exact";

  public Manifest {
    tenants = List.copyOf(tenants);
    files = List.copyOf(files);
  }

  public static String kind(@Nullable ExactEntry exact) {
    return kind(exact != null);
  }

  static String kind(boolean isExact) {
    return isExact ? EXACT : FUZZY;
  }

  /**
   * Reads the manifest of a backup.
   *
   * @throws DamagedException if it is not as it was written
   * @throws IOException if there is no backup; the message says what to do
   */
  public static Manifest read(BackupStore store) throws IOException {
    return readChecked(store).content();
  }

  /**
   * Reads the manifest of a backup, with its checksum.
   *
   * @throws IOException as {@link #read}
   */
  public static CheckedJson.Read<Manifest> readChecked(BackupStore store) throws IOException {
    try {
      var read = CheckedJson.read(store, FileNames.MANIFEST, Manifest.class);
      if ((read.content().base() != null) != (read.format() == BlockFormat.INCREMENTAL)) {
        throw new DamagedException(
            store.place() + "/" + FileNames.MANIFEST,
            "has format %d, and its content is of another one".formatted(read.format()));
      }
      return read;
    } catch (NoSuchFileException none) {
      throw new IOException(
          store.list().isEmpty()
              ? store.place()
                  + ": there is no backup. 'quorate backup list' of the directory above it prints"
                  + " those that are there"
              : store.place()
                  + ": this backup is not finished, for it has no "
                  + FileNames.MANIFEST
                  + ": create it again with the same directory and name, which goes on with it",
          none);
    }
  }

  /**
   * Whether a backup has no manifest, as one has none any more that is deleted while it is looked
   * at. No if that cannot be seen.
   */
  public static boolean isGone(BackupStore store) throws IOException {
    try {
      return !store.list().containsKey(FileNames.MANIFEST);
    } catch (FileSystemException unreadable) {
      return false;
    }
  }

  /** Returns the names of the tenants. */
  public List<String> tenantNames() {
    return tenants.stream().map(TenantEntry::name).toList();
  }

  /** Returns the names of tenants in an exact backup of which each key is by itself. */
  public List<String> keyByKey() {
    return tenants.stream().filter(TenantEntry::isKeyByKey).map(TenantEntry::name).toList();
  }

  public long keys() {
    return tenants.stream().mapToLong(TenantEntry::keys).sum();
  }

  /** Returns the bytes of keys and contents, also of those in the base, before compression. */
  public long bytes() {
    return tenants.stream().mapToLong(TenantEntry::bytes).sum();
  }

  /** Returns how many keys have the content that they have in the base. */
  public long asInBase() {
    return segments().stream().mapToLong(Segment::asInBase).sum();
  }

  /** Returns the bytes of its files of records. */
  public long fileBytes() {
    return files.stream().mapToLong(FileEntry::bytes).sum();
  }

  /**
   * Whether a file of records is not there, or of another length.
   *
   * @param there lengths of files by their names
   */
  public boolean lacks(Map<String, Long> there) {
    return files.stream().anyMatch(file -> there.getOrDefault(file.name(), -1L) != file.bytes());
  }

  public List<Segment> segments() {
    return files.stream().flatMap(file -> file.segments().stream()).toList();
  }
}
