package io.quorate.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.create.BackupRequest;
import io.quorate.cli.backup.create.BaseChoice;
import io.quorate.cli.backup.create.Creation;
import io.quorate.cli.backup.cut.CutMaker;
import io.quorate.cli.backup.inventory.Verification;
import io.quorate.cli.backup.restore.Restoration;
import io.quorate.cli.backup.restore.RestoredTenants;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.run.ProgressListener;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.run.Tally;
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
public final class Runs {
  public static final RunLimits LIMITS = new RunLimits(3, 0, Duration.ofMillis(1));
  public static final ProgressListener QUIETLY = (tally, total) -> {};

  private Runs() {}

  public static BackupStore at(Path directory) {
    return new DirectoryStore(directory);
  }

  public static Creation.Created create(FakeBackups cluster, BackupStore store, String... tenants)
      throws Exception {
    return create(cluster, store, LIMITS, Creation.FILE_BYTES, tenants);
  }

  public static Creation.Created create(
      FakeBackups cluster, BackupStore store, RunLimits limits, long fileBytes, String... tenants)
      throws Exception {
    return creation(cluster, store, fileBytes, NO_LISTENER)
        .run(
            new BackupRequest(
                "nightly", List.of(tenants), false, null, new BaseChoice.None(), limits, ""),
            QUIETLY);
  }

  /** Makes a backup that is based on another one, or may be. */
  public static Creation.Created create(
      FakeBackups cluster, BackupStore store, BaseChoice base, long fileBytes, String... tenants)
      throws Exception {
    return create(cluster, store, base, LIMITS, false, fileBytes, tenants);
  }

  public static Creation.Created create(
      FakeBackups cluster,
      BackupStore store,
      BaseChoice base,
      RunLimits limits,
      boolean exact,
      long fileBytes,
      String... tenants)
      throws Exception {
    return creation(cluster, store, fileBytes, NO_LISTENER)
        .run(
            new BackupRequest(store.name(), List.of(tenants), exact, null, base, limits, ""),
            QUIETLY);
  }

  /** Makes a backup that is based on another one, by another clock than that of the machine. */
  public static Creation.Created create(
      FakeBackups cluster,
      BackupStore store,
      BaseChoice base,
      RunLimits limits,
      InstantSource clock)
      throws Exception {
    return creation(cluster, store, Creation.FILE_BYTES, NO_LISTENER, clock)
        .run(new BackupRequest(store.name(), List.of(), false, null, base, limits, ""), QUIETLY);
  }

  /** Makes an exact backup. */
  public static Creation.Created exact(
      FakeBackups cluster, BackupStore store, CutMaker.Listener listener, String... tenants)
      throws Exception {
    return exact(cluster, store, listener, null, tenants);
  }

  /** Makes an exact backup, as of a moment that has passed if one is named. */
  public static Creation.Created exact(
      FakeBackups cluster,
      BackupStore store,
      CutMaker.Listener listener,
      @Nullable Instant asOf,
      String... tenants)
      throws Exception {
    return exact(cluster, store, listener, asOf, LIMITS, tenants);
  }

  public static Creation.Created exact(
      FakeBackups cluster,
      BackupStore store,
      CutMaker.Listener listener,
      @Nullable Instant asOf,
      RunLimits limits,
      String... tenants)
      throws Exception {
    return creation(cluster, store, Creation.FILE_BYTES, listener)
        .run(
            new BackupRequest(
                "nightly", List.of(tenants), true, asOf, new BaseChoice.None(), limits, ""),
            QUIETLY);
  }

  private static Creation creation(
      FakeBackups cluster, BackupStore store, long fileBytes, CutMaker.Listener listener) {
    return creation(cluster, store, fileBytes, listener, InstantSource.system());
  }

  private static Creation creation(
      FakeBackups cluster,
      BackupStore store,
      long fileBytes,
      CutMaker.Listener listener,
      InstantSource clock) {
    return new Creation(
        cluster,
        store,
        clock,
        () -> ThreadLocalRandom.current().nextLong() >>> 2 | 1L << 61,
        fileBytes,
        listener);
  }

  /** Ignores how a cut is made. */
  public static final CutMaker.Listener NO_LISTENER =
      new CutMaker.Listener() {
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

  public static Tally restore(FakeBackups cluster, BackupStore store, String... words)
      throws Exception {
    return restore(cluster, store, LIMITS, words);
  }

  public static Tally restore(
      FakeBackups cluster, BackupStore store, RunLimits limits, String... words) throws Exception {
    Chain chain = Chain.open(store);
    Tally tally = new Tally();
    new Restoration(cluster, chain)
        .run(
            RestoredTenants.of(chain.manifest(), List.of(words), words.length == 0),
            null,
            limits,
            tally,
            QUIETLY);
    return tally;
  }

  public static List<String> faults(BackupStore store) throws Exception {
    return Verification.faults(Chain.open(store), new Tally(), QUIETLY);
  }

  /** Gives a tenant keys of any bytes and some contents. */
  public static void fill(FakeBackups cluster, String tenant, int keys, int contentBytes) {
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
