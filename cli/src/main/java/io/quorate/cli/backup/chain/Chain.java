package io.quorate.cli.backup.chain;

import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A finished backup, with the one that it is based on, and so on down to one with all contents. */
public final class Chain {
  /**
   * A write that was stamped before a page was read may arrive at a majority shortly after that, so
   * contents that are a little older are sent, too. It saves reading a page twice, and no more.
   */
  private static final long MARGIN = 5_000L << 16;

  private final BackupStore store;
  private final Manifest manifest;
  private final String sha256;
  private final @Nullable Chain base;
  private final Map<Partition, Map<String, Part>> parts = new HashMap<>();

  /** A partition of a tenant. */
  private record Partition(String tenant, int number) {}

  /** Where a part of a partition is. */
  record Part(FileEntry file, Segment segment) {}

  private Chain(BackupStore store, CheckedJson.Read<Manifest> read, @Nullable Chain base) {
    this.store = store;
    this.manifest = read.content();
    this.sha256 = read.sha256();
    this.base = base;
    for (FileEntry file : manifest.files()) {
      for (Segment each : file.segments()) {
        parts
            .computeIfAbsent(
                new Partition(each.tenant(), each.partition()), none -> new HashMap<>())
            .put(each.after(), new Part(file, each));
      }
    }
  }

  /**
   * Opens a backup, and those below it.
   *
   * @throws DamagedException if a manifest of theirs is not as it was written
   * @throws LacksBaseException if one of them is not there, or is not the one that it was
   * @throws IOException if there is no finished backup
   */
  public static Chain open(BackupStore store) throws IOException {
    List<BackupStore> stores = new ArrayList<>(List.of(store));
    List<CheckedJson.Read<Manifest>> read = new ArrayList<>();
    read.add(Manifest.readChecked(store));
    BaseEntry wanted = read.getLast().content().base();
    while (wanted != null) {
      BackupStore below = stores.getLast();
      BackupStore next = below.beside().backup(wanted.name());
      if (!next.list().containsKey(FileNames.MANIFEST)) {
        throw lacking(below, next);
      }
      read.add(base(below, next));
      Manifest found = read.getLast().content();
      BaseEntry following = found.base();
      if (found.id() != wanted.id() || !read.getLast().sha256().equals(wanted.sha256())) {
        throw new LacksBaseException(
            below.place(), next.place() + " is another backup than the one that it is based on");
      }
      // Each is one lower than the one above it, so this ends.
      if (wanted.chain() != (following == null ? 0 : following.chain()) + 1) {
        throw new DamagedException(
            below.place() + "/" + FileNames.MANIFEST, "says a wrong length of its chain");
      }
      stores.add(next);
      wanted = following;
    }
    Chain chain = null;
    for (int i = stores.size() - 1; i >= 0; i--) {
      chain = new Chain(stores.get(i), read.get(i), chain);
    }
    if (chain == null) {
      throw new IllegalStateException("there is a store at least");
    }
    return chain;
  }

  private static CheckedJson.Read<Manifest> base(BackupStore above, BackupStore base)
      throws IOException {
    try {
      return Manifest.readChecked(base);
    } catch (DamagedException damaged) {
      throw damaged;
    } catch (IOException failed) {
      throw Manifest.isGone(base) ? lacking(above, base) : failed;
    }
  }

  private static LacksBaseException lacking(BackupStore above, BackupStore base) {
    return new LacksBaseException(above.place(), "there is no finished backup " + base.place());
  }

  public BackupStore store() {
    return store;
  }

  public Manifest manifest() {
    return manifest;
  }

  /** Returns the backup on which this one is based; null if it has all contents. */
  public @Nullable Chain base() {
    return base;
  }

  /** Returns this backup and those below it, in that order. */
  public List<Chain> all() {
    List<Chain> all = new ArrayList<>();
    for (Chain each = this; each != null; each = each.base) {
      all.add(each);
    }
    return all;
  }

  /** Returns how many backups stand below this one. */
  public int below() {
    BaseEntry entry = manifest.base();
    return entry == null ? 0 : entry.chain();
  }

  /** Returns how a backup says that it is based on this one. */
  public BaseEntry asBase() {
    return new BaseEntry(store.name(), manifest.id(), sha256, below() + 1);
  }

  /**
   * Does nothing if all files of the backup and of those below it are there, and as long as they
   * were written.
   *
   * @throws DamagedException if one is not
   */
  public void requireFiles() throws IOException {
    for (Chain each : all()) {
      Map<String, Long> there = each.store.list();
      for (FileEntry file : each.manifest.files()) {
        try {
          file.requireLength(there);
        } catch (DamagedException damaged) {
          throw new DamagedException(each.store.place(), String.valueOf(damaged.getMessage()));
        }
      }
    }
  }

  /**
   * Returns whether the backup has a tenant that has been neither dropped nor truncated since.
   *
   * @param id that the tenant has now
   */
  public boolean has(String tenant, int id) {
    return manifest.tenants().stream()
        .anyMatch(each -> each.name().equals(tenant) && each.id() == id);
  }

  /**
   * Returns a hybrid time up to which the backup most likely has all that a partition has; 0 if
   * none is known.
   */
  public long since(String tenant, int partition) {
    ExactEntry exact = manifest.exact();
    if (exact != null) {
      return exact.time();
    }
    long first =
        parts(tenant, partition).values().stream()
            .mapToLong(each -> each.segment().hlc())
            .min()
            .orElse(0);
    return Math.max(0, first - MARGIN);
  }

  /** Returns the parts of a partition by the keys after which they begin. */
  Map<String, Part> parts(String tenant, int partition) {
    return parts.getOrDefault(new Partition(tenant, partition), Map.of());
  }

  /** Returns a reader of what keys of a partition have. */
  public KeyReader keys(String tenant, int partition, FileCheck check) {
    return new KeyReader(this, tenant, partition, check);
  }
}
