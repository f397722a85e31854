package io.quorate.cli.backup.inventory;

import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.LaterFormatException;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.Progress;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.store.BackupPlace;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a backup says of itself, as a list of backups shows it.
 *
 * @param id 0 if it is not known
 * @param sha256 of its manifest; empty if it has none
 * @param base on which it is based; null if on none, or if that is not known
 * @param kind empty if it is not known
 * @param exact of which moment it is; null if it is not exact
 * @param began as an ISO instant; empty if it is not known
 * @param clusterId of the cluster that was backed up; empty if it is not known
 * @param tenants their names
 * @param keyByKey names of those of which nothing is promised across keys, none in a fuzzy backup;
 *     null if that is not known, as of one that is not finished
 * @param keys that are in it so far
 * @param bytes of these keys and their contents
 * @param fileBytes of its files of records
 * @param lacksFiles whether files that its manifest names are not there, or of another length
 * @param baseLacksFiles whether the backup that it is based on lacks files, or one below that
 * @param potentiallyStale whether an acknowledged write may be missing in it
 * @param laterFormat the format that a later release wrote it in; 0 if this one knows it
 */
public record BackupSummary(
    String name,
    long id,
    String sha256,
    @Nullable BaseEntry base,
    String kind,
    @Nullable ExactEntry exact,
    String began,
    String clusterId,
    List<String> tenants,
    @Nullable List<String> keyByKey,
    long keys,
    long bytes,
    long fileBytes,
    boolean lacksFiles,
    boolean baseLacksFiles,
    boolean potentiallyStale,
    int laterFormat,
    State state) {

  /** How a backup is. */
  public enum State {
    COMPLETE,
    /** It has no manifest yet, or was partly deleted. */
    UNFINISHED,
    /** The backup that it is based on is not there, or lacks its own base. */
    LACKS_BASE,
    /** A later release made it, and this one cannot read it. */
    LATER_FORMAT,
    /** Its manifest, or its progress, is not as it was written. */
    DAMAGED,
    /** The user may not look into its directory, or that fails otherwise. */
    UNREADABLE
  }

  public BackupSummary {
    tenants = List.copyOf(tenants);
    keyByKey = keyByKey == null ? null : List.copyOf(keyByKey);
  }

  /** Returns the backups at a place, by name. */
  public static List<BackupSummary> in(BackupPlace place) throws IOException {
    List<BackupSummary> found = new ArrayList<>();
    for (String name : place.names()) {
      found.add(of(name, place.backup(name)));
    }
    return found.stream().map(each -> each.among(found)).toList();
  }

  /** Returns the same, with its state as it is among those beside it. */
  private BackupSummary among(List<BackupSummary> all) {
    BackupSummary at = this;
    boolean filesAreMissingBelow = false;
    // A chain that were a ring would have no end, as no backup can be.
    for (int i = 0; at != null && at.base != null && i <= BaseEntry.CHAIN_MAX; i++) {
      at = at.below(all);
      filesAreMissingBelow |= at != null && at.lacksFiles;
    }
    boolean lacksBase = state == State.COMPLETE && (at == null || at.base != null);
    return lacksBase || filesAreMissingBelow
        ? new BackupSummary(
            name,
            id,
            sha256,
            base,
            kind,
            exact,
            began,
            clusterId,
            tenants,
            keyByKey,
            keys,
            bytes,
            fileBytes,
            lacksFiles,
            filesAreMissingBelow,
            potentiallyStale,
            laterFormat,
            lacksBase ? State.LACKS_BASE : state)
        : this;
  }

  private @Nullable BackupSummary below(List<BackupSummary> all) {
    return all.stream()
        .filter(each -> each.state == State.COMPLETE && isBasedOn(each))
        .filter(each -> base != null && each.sha256.equals(base.sha256()))
        .findAny()
        .orElse(null);
  }

  /** Whether another one is its base, as far as both say. */
  boolean isBasedOn(BackupSummary other) {
    return base != null
        && base.name().equals(other.name)
        && (other.id == 0 || base.id() == other.id);
  }

  /** Whether it may be based on any other one, for it is not known on which it is. */
  boolean hidesItsBase() {
    return state == State.LATER_FORMAT || state == State.UNREADABLE;
  }

  /** Returns its state, in words. */
  public String stateInWords() {
    return state == State.LATER_FORMAT
        ? "of a later release: format " + laterFormat
        : stateWord().replace('_', ' ');
  }

  /** Returns its state, or that it or its base lacks files, as a word for programs. */
  public String stateWord() {
    if (state == State.COMPLETE && lacksFiles) {
      return "lacks_files";
    }
    State shown = state == State.COMPLETE && baseLacksFiles ? State.LACKS_BASE : state;
    return shown.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns from when on it may lack what was written: the moment of an exact backup, and when
   * another one began; null if that is not known.
   */
  @Nullable Instant moment() {
    String time = exact == null ? began : exact.asOf();
    return time.isEmpty() ? null : Instant.parse(time);
  }

  private static BackupSummary of(String name, BackupStore store) throws IOException {
    try {
      var files = store.list();
      if (files.containsKey(FileNames.MANIFEST)) {
        CheckedJson.Read<Manifest> read = Manifest.readChecked(store);
        Manifest manifest = read.content();
        return new BackupSummary(
            name,
            manifest.id(),
            read.sha256(),
            manifest.base(),
            manifest.kind(),
            manifest.exact(),
            manifest.began(),
            manifest.clusterId(),
            manifest.tenantNames(),
            manifest.keyByKey(),
            manifest.keys(),
            manifest.bytes(),
            manifest.fileBytes(),
            manifest.lacks(files),
            false,
            manifest.potentiallyStale(),
            0,
            State.COMPLETE);
      }
      if (!files.containsKey(FileNames.PROGRESS)) {
        return unknown(name, State.UNFINISHED);
      }
      Progress progress = Progress.read(store);
      return new BackupSummary(
          name,
          progress.id(),
          "",
          progress.base(),
          progress.kind(),
          progress.exact(),
          progress.began(),
          progress.clusterId(),
          List.copyOf(progress.tenants().keySet()),
          null,
          progress.segments().stream().mapToLong(Segment::records).sum(),
          progress.segments().stream().mapToLong(Segment::bytes).sum(),
          progress.files().stream().mapToLong(each -> each.bytes()).sum(),
          false,
          false,
          false,
          0,
          State.UNFINISHED);
    } catch (LaterFormatException later) {
      return unknown(name, later.format(), State.LATER_FORMAT);
    } catch (DamagedException damaged) {
      return unknown(name, State.DAMAGED);
    } catch (IOException failed) {
      if (Manifest.isGone(store)) {
        return unknown(name, State.UNFINISHED);
      }
      if (failed instanceof FileSystemException) {
        return unknown(name, State.UNREADABLE);
      }
      throw failed;
    }
  }

  private static BackupSummary unknown(String name, State state) {
    return unknown(name, 0, state);
  }

  private static BackupSummary unknown(String name, int laterFormat, State state) {
    return new BackupSummary(
        name,
        0,
        "",
        null,
        "",
        null,
        "",
        "",
        List.of(),
        null,
        0,
        0,
        0,
        false,
        false,
        false,
        laterFormat,
        state);
  }
}
