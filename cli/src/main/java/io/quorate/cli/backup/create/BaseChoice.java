package io.quorate.cli.backup.create;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.chain.LacksBaseException;
import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** On which backup a new one is to be based. */
public sealed interface BaseChoice {
  /** On none: it has all contents. */
  record None() implements BaseChoice {}

  /** On the one of a name at the same place. */
  record Named(String name) implements BaseChoice {}

  /**
   * On the newest one at the same place that it can be based on, or on none.
   *
   * @param chainMax on none, too, if as many backups stand below that one
   */
  record Newest(int chainMax) implements BaseChoice {}

  /**
   * What a base has to be of.
   *
   * @param tenants ids of the tenants that are backed up, by their names
   */
  record Of(String clusterId, int partitions, Map<String, Integer> tenants) {
    public Of {
      tenants = Map.copyOf(tenants);
    }

    /** Returns why a backup cannot be a base; null if it can. */
    private @Nullable String objection(Manifest manifest) {
      if (!manifest.clusterId().equals(clusterId)) {
        return "it is of another cluster, " + manifest.clusterId();
      }
      return manifest.partitions() == partitions
          ? null
          : "it is of a cluster with %d partitions, and this one has %d"
              .formatted(manifest.partitions(), partitions);
    }

    private long tenantsIn(Manifest manifest) {
      return manifest.tenants().stream()
          .filter(each -> Integer.valueOf(each.id()).equals(tenants.get(each.name())))
          .count();
    }
  }

  /**
   * Returns the base for a backup that is begun; null: it has none.
   *
   * @param store of the backup
   * @throws io.quorate.cli.command.CommandFailedException if it cannot be based on what was named
   */
  default @Nullable Chain begin(BackupStore store, Of wanted) throws IOException {
    return switch (this) {
      case None none -> null;
      case Named named -> named(store, named.name(), wanted);
      case Newest newest -> newest(store, newest.chainMax(), wanted);
    };
  }

  /**
   * Returns the base for a backup that goes on; null: it has none.
   *
   * @param begun on which it was begun; null: on none
   */
  default @Nullable Chain goOn(BackupStore store, @Nullable BaseEntry begun, Of wanted)
      throws IOException {
    if (begun == null) {
      return null;
    }
    Chain base = named(store, begun.name(), wanted);
    if (!base.asBase().equals(begun)) {
      throw refused(begun.name(), "it is another one than when this backup was begun");
    }
    return base;
  }

  /** Returns why a backup that was begun cannot go on with this choice; null if it can. */
  default @Nullable String objection(@Nullable BaseEntry begun) {
    String was =
        begun == null ? "it was begun without --base" : "it was begun with --base " + begun.name();
    return switch (this) {
      case None none -> begun == null ? null : was;
      case Named named -> begun != null && begun.name().equals(named.name()) ? null : was;
      case Newest newest -> null;
    };
  }

  private static Chain named(BackupStore store, String name, Of wanted) throws IOException {
    if (name.equals(store.name())) {
      throw refused(name, "a backup cannot be based on itself");
    }
    BackupStore at = store.beside().backup(name);
    if (!at.holdsBackup()) {
      throw refused(name, "there is no backup " + at.place());
    }
    if (!at.list().containsKey(FileNames.MANIFEST)) {
      throw refused(name, "it is not finished");
    }
    Chain base;
    try {
      base = Chain.open(at);
      base.requireFiles();
    } catch (DamagedException | LacksBaseException unusable) {
      throw refused(name, String.valueOf(unusable.getMessage()));
    }
    String objection = wanted.objection(base.manifest());
    if (objection != null) {
      throw refused(name, objection);
    }
    if (base.below() >= BaseEntry.CHAIN_MAX) {
      throw refused(
          name,
          "%d backups stand below it, and more cannot: make one without --base"
              .formatted(base.below()));
    }
    return base;
  }

  private static RuntimeException refused(String name, String why) {
    return Reasons.failed("the backup cannot be based on %s: %s".formatted(name, why));
  }

  /**
   * Of those that have most of the tenants, the one that was begun last. What is damaged, lacks its
   * base, cannot be looked at or is deleted meanwhile is left aside.
   */
  private static @Nullable Chain newest(BackupStore store, int chainMax, Of wanted)
      throws IOException {
    record Candidate(BackupStore store, Manifest manifest) {}
    List<Candidate> candidates = new ArrayList<>();
    for (String name : store.beside().names()) {
      BackupStore at = store.beside().backup(name);
      Manifest manifest =
          name.equals(store.name())
              ? null
              : ifUsable(
                  at, () -> at.list().containsKey(FileNames.MANIFEST) ? Manifest.read(at) : null);
      if (manifest != null
          && wanted.objection(manifest) == null
          && wanted.tenantsIn(manifest) > 0) {
        candidates.add(new Candidate(at, manifest));
      }
    }
    candidates.sort(
        Comparator.comparingLong((Candidate each) -> wanted.tenantsIn(each.manifest()))
            .thenComparing(each -> Instant.parse(each.manifest().began()))
            .reversed());
    for (Candidate each : candidates) {
      Chain base =
          ifUsable(
              each.store(),
              () -> {
                Chain chain = Chain.open(each.store());
                chain.requireFiles();
                return chain;
              });
      if (base != null) {
        return base.below() < chainMax ? base : null;
      }
    }
    return null;
  }

  /** What is read of a backup. */
  interface Reading<T> {
    @Nullable T read() throws IOException;
  }

  /**
   * Returns what is read of a backup; null if that is of no use: another one, or a backup with all
   * contents, takes its place.
   *
   * @throws IOException if it is the place that fails
   */
  private static <T> @Nullable T ifUsable(BackupStore store, Reading<T> reading)
      throws IOException {
    try {
      return reading.read();
    } catch (DamagedException | LacksBaseException | FileSystemException unusable) {
      return null;
    } catch (IOException failed) {
      if (Manifest.isGone(store)) {
        return null;
      }
      throw failed;
    }
  }
}
