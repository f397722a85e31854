package io.quorate.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.DirectoryStore;
import io.quorate.client.admin.BackupCut;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Backups, restores and verifications as tests run them. */
final class Runs {
  static final Effort EFFORT = new Effort(3, 0, Duration.ofMillis(1));
  static final OnTurn QUIETLY = (tally, total) -> {};

  private Runs() {}

  static BackupStore at(Path directory) {
    return new DirectoryStore(directory);
  }

  static Creation.Created create(FakeBackups cluster, BackupStore store, String... tenants)
      throws Exception {
    return create(cluster, store, EFFORT, Creation.FILE_BYTES, tenants);
  }

  static Creation.Created create(
      FakeBackups cluster, BackupStore store, Effort effort, long fileBytes, String... tenants)
      throws Exception {
    return creation(cluster, store, fileBytes, UNTOLD)
        .run(
            new Creation.Request(
                "nightly", List.of(tenants), false, null, new BaseChoice.None(), effort, ""),
            QUIETLY);
  }

  /** Makes a backup that is based on another one, or may be. */
  static Creation.Created create(
      FakeBackups cluster, BackupStore store, BaseChoice base, long fileBytes, String... tenants)
      throws Exception {
    return create(cluster, store, base, EFFORT, false, fileBytes, tenants);
  }

  static Creation.Created create(
      FakeBackups cluster,
      BackupStore store,
      BaseChoice base,
      Effort effort,
      boolean exact,
      long fileBytes,
      String... tenants)
      throws Exception {
    return creation(cluster, store, fileBytes, UNTOLD)
        .run(
            new Creation.Request(store.name(), List.of(tenants), exact, null, base, effort, ""),
            QUIETLY);
  }

  /** Makes an exact backup. */
  static Creation.Created exact(
      FakeBackups cluster, BackupStore store, CutMaker.Told told, String... tenants)
      throws Exception {
    return exact(cluster, store, told, null, tenants);
  }

  /** Makes an exact backup, as of a moment that has passed if one is named. */
  static Creation.Created exact(
      FakeBackups cluster,
      BackupStore store,
      CutMaker.Told told,
      @Nullable Instant asOf,
      String... tenants)
      throws Exception {
    return exact(cluster, store, told, asOf, EFFORT, tenants);
  }

  static Creation.Created exact(
      FakeBackups cluster,
      BackupStore store,
      CutMaker.Told told,
      @Nullable Instant asOf,
      Effort effort,
      String... tenants)
      throws Exception {
    return creation(cluster, store, Creation.FILE_BYTES, told)
        .run(
            new Creation.Request(
                "nightly", List.of(tenants), true, asOf, new BaseChoice.None(), effort, ""),
            QUIETLY);
  }

  private static Creation creation(
      FakeBackups cluster, BackupStore store, long fileBytes, CutMaker.Told told) {
    return new Creation(
        cluster,
        store,
        InstantSource.system(),
        () -> ThreadLocalRandom.current().nextLong() >>> 2 | 1L << 61,
        fileBytes,
        told);
  }

  /** Ignores how a cut is made. */
  static final CutMaker.Told UNTOLD =
      new CutMaker.Told() {
        @Override
        public void making() {}

        @Override
        public void again(String why) {}

        @Override
        public void goesOn(BackupCut cut) {}

        @Override
        public void beginsAgain(String why) {}

        @Override
        public void notEnded(long cut, String why) {}
      };

  static Tally restore(FakeBackups cluster, BackupStore store, String... words) throws Exception {
    return restore(cluster, store, EFFORT, words);
  }

  static Tally restore(FakeBackups cluster, BackupStore store, Effort effort, String... words)
      throws Exception {
    Chain chain = Chain.open(store);
    Tally tally = new Tally();
    new Restoration(cluster, chain)
        .run(
            Wishes.of(chain.manifest(), List.of(words), words.length == 0),
            null,
            effort,
            tally,
            QUIETLY);
    return tally;
  }

  static List<String> faults(BackupStore store) throws Exception {
    return Verification.faults(Chain.open(store), new Tally(), QUIETLY);
  }

  /** Gives a tenant keys of any bytes and some contents. */
  static void fill(FakeBackups cluster, String tenant, int keys, int contentBytes) {
    Random random = new Random(tenant.hashCode());
    for (int i = 0; i < keys; i++) {
      byte[] key = new byte[1 + random.nextInt(12)];
      random.nextBytes(key);
      byte[] content = new byte[random.nextInt(contentBytes + 1)];
      random.nextBytes(content);
      cluster.put(tenant, key, content);
    }
    cluster.put(tenant, new byte[] {0}, new byte[0]);
    cluster.put(tenant, new byte[] {(byte) 0xFF, 0, 27, '\n'}, "new\nline".getBytes(UTF_8));
    cluster.put(tenant, "a\"b\\c=é".getBytes(UTF_8), new byte[] {1});
  }
}
