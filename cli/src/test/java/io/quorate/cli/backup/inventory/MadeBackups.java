package io.quorate.cli.backup.inventory;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.Progress;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.store.BackupPlace;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.DirectoryPlace;
import io.quorate.cli.backup.store.FileNames;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Backups of any age in a directory, without records. */
public final class MadeBackups {
  /** When they are looked at. */
  public static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  private static final String CLUSTER = "00000000000000aa";
  private static final int PARTITIONS = 4;

  private final Path directory;
  private long lastId;
  private String cluster = CLUSTER;
  private List<TenantEntry> tenants = List.of();

  public MadeBackups(Path directory) {
    this.directory = directory;
  }

  /** Of which cluster, and with which tenants, the next ones are. */
  public void next(String clusterId, String... names) {
    cluster = clusterId;
    tenants =
        Arrays.stream(names)
            .map(each -> new TenantEntry(each, 1, "3", Map.of(), 0, 0, false, null))
            .toList();
  }

  public BackupPlace place() {
    return new DirectoryPlace(directory);
  }

  public BackupStore at(String name) {
    return place().backup(name);
  }

  /** Makes one with all contents, which began some days ago. */
  public void full(String name, double daysAgo) throws IOException {
    make(name, daysAgo, null, null, List.of());
  }

  /** Makes one that is of a moment before it began. */
  public void asOf(String name, double momentDaysAgo, double daysAgo) throws IOException {
    Instant moment = daysAgo(momentDaysAgo);
    make(
        name,
        daysAgo,
        new ExactEntry(1, moment.toEpochMilli() << 16, moment.toString()),
        null,
        List.of());
  }

  /** Makes one that is based on another one. */
  public void basedOn(String base, String name, double daysAgo) throws IOException {
    make(name, daysAgo, null, Chain.open(at(base)).asBase(), List.of());
  }

  /** Makes one of which a file is missing. */
  public void withoutItsFile(String name, double daysAgo) throws IOException {
    make(
        name, daysAgo, null, null, List.of(new FileEntry(FileNames.data(1), 10, "", 0, List.of())));
  }

  /** Makes one that a later release wrote. */
  public void ofALaterFormat(String name) throws IOException {
    Path later = Files.createDirectory(directory.resolve(name));
    Files.writeString(
        later.resolve(FileNames.MANIFEST), "{\"format\": 9, \"sha256\": \"\", \"content\": []}");
  }

  /** Makes one that was begun. */
  public void unfinished(String name) throws IOException {
    try (Closeable lock = at(name).lock()) {
      if (lock == null) {
        throw new IOException("not locked");
      }
    }
  }

  /** Makes one that was begun, and is to be based on another one. */
  public void unfinished(String base, String name) throws IOException {
    unfinished(name);
    new Progress(
            ++lastId,
            NOW.toString(),
            CLUSTER,
            PARTITIONS,
            Map.of(),
            null,
            null,
            Chain.open(at(base)).asBase(),
            List.of(),
            lastId)
        .put(at(name));
  }

  /** Makes one that not even root can look at: a link to itself. */
  public void unreadable(String name) throws IOException {
    Files.createSymbolicLink(directory.resolve(name), Path.of(name));
  }

  private static Instant daysAgo(double days) {
    return NOW.minus(Duration.ofMinutes(Math.round(days * 24 * 60)));
  }

  private void make(
      String name,
      double daysAgo,
      @Nullable ExactEntry exact,
      @Nullable BaseEntry base,
      List<FileEntry> files)
      throws IOException {
    String began = daysAgo(daysAgo).toString();
    try (Closeable lock = at(name).lock()) {
      if (lock == null) {
        throw new IOException("not locked");
      }
      Manifest manifest =
          new Manifest(
              Manifest.kind(exact),
              ++lastId,
              name,
              began,
              began,
              cluster,
              2,
              PARTITIONS,
              false,
              exact,
              base,
              null,
              tenants,
              files);
      CheckedJson.put(at(name), FileNames.MANIFEST, manifest, base != null);
    }
  }
}
