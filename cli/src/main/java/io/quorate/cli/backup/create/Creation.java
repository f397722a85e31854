package io.quorate.cli.backup.create;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.chain.FileCheck;
import io.quorate.cli.backup.chain.LacksBaseException;
import io.quorate.cli.backup.cut.CutMaker;
import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.file.Coverage;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.Ledger;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.Progress;
import io.quorate.cli.backup.run.ClusterCalls;
import io.quorate.cli.backup.run.Pace;
import io.quorate.cli.backup.run.PageReader;
import io.quorate.cli.backup.run.ProgressListener;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.run.SettingValues;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.backup.run.WorkerThreads;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Patience;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Tenant;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a backup, or goes on with one that an earlier run left unfinished.
 *
 * <p>What is finished is written down file by file in {@link FileNames#PROGRESS}, and the manifest
 * last. So a run that is killed at any step leaves a backup that is whole, or one that has no
 * manifest and can be gone on with.
 */
public final class Creation {
  /** Bytes from which on a file of records is closed, and another one begun. */
  public static final long FILE_BYTES = 64 << 20;

  /** What is left where a tenant has no history. */
  private static final String WITH_HISTORY =
      "name tenants that have one with --tenant, or leave out --as-of";

  private final ClusterCalls cluster;
  private final BackupStore store;
  private final InstantSource clock;
  private final LongSupplier ids;
  private final long fileBytes;
  private final CutMaker cuts;
  private final CutChoice cutChoice;

  /**
   * What was done.
   *
   * @param resumed whether an earlier run had begun it
   * @param leftOut tenants that are not in it, for they are being restored
   */
  public record Created(
      Manifest manifest, boolean resumed, List<String> leftOut, Tally tally, long retries) {
    public Created {
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * @param ids random numbers above 0
   * @param fileBytes bytes from which on a file of records is closed
   * @param listener told how a cut is made
   */
  public Creation(
      ClusterCalls cluster,
      BackupStore store,
      InstantSource clock,
      LongSupplier ids,
      long fileBytes,
      CutMaker.Listener listener) {
    this.cluster = cluster;
    this.store = store;
    this.clock = clock;
    this.ids = ids;
    this.fileBytes = fileBytes;
    this.cuts = new CutMaker("backup", cluster.backups(), store::isTakenOver, listener);
    this.cutChoice = new CutChoice(store, cluster.backups(), cuts, listener);
  }

  /** Ends what the cluster keeps for this run, which is not to go on. Called by any thread. */
  public void stop() {
    cuts.end();
  }

  /**
   * Makes the backup, or goes on with it.
   *
   * @throws CommandFailedException if it stopped; the message says why, and what to do
   */
  public Created run(BackupRequest request, ProgressListener progress) throws InterruptedException {
    Instant began = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Patience atTheBeginning = new Patience(request.limits().giveUp(), () -> false);
    ChosenTenants chosen =
        ChosenTenants.of(atTheBeginning.call(cluster::tenants), request.tenants());
    chosen
        .tenants()
        .forEach(SettingValues::of); // fails at once with what could not be written in the end
    Instant asOf = request.asOf();
    if (asOf != null) {
      new ExactTenants(asOf, chosen.tenants()).require(store.beside().place(), request.options());
    }
    var status = cluster.status();
    long id = ids.getAsLong();
    Progress fresh =
        new Progress(
            id,
            began.toString(),
            status.clusterId(),
            status.partitions(),
            chosen.ids(),
            null,
            null,
            null,
            List.of(),
            id);
    try {
      Closeable lock = store.lock();
      try {
        return locked(request, chosen, fresh, progress);
      } finally {
        lock.close();
      }
    } catch (IOException failed) {
      throw Reasons.stopped("the backup stopped", failed, advice(request, failed));
    }
  }

  private String advice(BackupRequest request, IOException failed) {
    return switch (failed) {
      case BackupStore.BusyException busy -> "";
      case DamagedException damaged -> "it cannot go on: " + another();
      case AccessDeniedException denied ->
          "give a place where this user may write, or the right to";
      default -> request.goOn();
    };
  }

  private String another() {
    return "give another --name, or delete it with quorate backup delete %s --yes"
        .formatted(store.place());
  }

  private Created locked(
      BackupRequest request, ChosenTenants chosen, Progress fresh, ProgressListener progress)
      throws IOException, InterruptedException {
    Map<String, Long> there = store.list();
    if (there.containsKey(FileNames.MANIFEST) && isOfAnEarlierRun(there)) {
      store.delete(FileNames.MANIFEST);
    } else if (there.containsKey(FileNames.MANIFEST)) {
      throw Reasons.failed(
          store.place()
              + ": there is a finished backup of this name, and it was left as it is: give another"
              + " --name");
    }
    boolean resumed = there.containsKey(FileNames.PROGRESS);
    Progress left = resumed ? left(request, fresh) : fresh;
    Chain base = resumed ? baseAgain(request, left) : base(request, fresh, there.isEmpty());
    Progress begun = base == null ? fresh : fresh.with(base.asBase());
    if (request.exact()) {
      return exact(
          request,
          chosen,
          new Beginning(begun, resumed ? left : null, base, there.isEmpty()),
          progress);
    }
    if (resumed) {
      requireResumable(left, fresh);
      begun = left.ofRun(ids.getAsLong());
    }
    begun.put(store);
    return read(request, chosen, new Ledger(store, begun), base, resumed, progress);
  }

  /**
   * Whether the manifest is of a run that was taken over, and reached the storage after another run
   * had begun again: that one has deleted files that it names, and has an id of its own. One whose
   * files are all there is left, for its backup is whole, whatever else was written late.
   */
  private boolean isOfAnEarlierRun(Map<String, Long> there) throws IOException {
    if (!there.containsKey(FileNames.PROGRESS)) {
      return false;
    }
    Manifest manifest;
    try {
      manifest = Manifest.read(store);
      if (manifest.id() == Progress.read(store).id()) {
        return false;
      }
    } catch (DamagedException unreadable) {
      return false;
    }
    return manifest.lacks(there);
  }

  /**
   * Returns on which backup one is based that is begun.
   *
   * @param isNew whether no earlier run has left anything: then this one leaves nothing if it is
   *     refused
   */
  private @Nullable Chain base(BackupRequest request, Progress fresh, boolean isNew)
      throws IOException {
    try {
      return request.base().begin(store, of(fresh));
    } catch (CommandFailedException refused) {
      if (isNew) {
        discard(refused);
      }
      throw refused;
    }
  }

  /**
   * Leaves nothing of a run that was refused, as it was the first one. Storage may let a user write
   * who may not delete, and the refusal says more to people than that.
   */
  private void discard(Exception refused) {
    try {
      store.delete(FileNames.PROGRESS);
      boolean unused = store.remove();
    } catch (IOException failed) {
      refused.addSuppressed(failed);
    }
  }

  private @Nullable Chain baseAgain(BackupRequest request, Progress left) throws IOException {
    String objection = request.base().objection(left.base());
    if (objection != null) {
      throw cannotResume(objection);
    }
    return request.base().goOn(store, left.base(), of(left));
  }

  private static BaseChoice.Of of(Progress begun) {
    return new BaseChoice.Of(begun.clusterId(), begun.partitions(), begun.tenants());
  }

  /**
   * What an exact backup begins with.
   *
   * @param left by an earlier run; null if there was none
   * @param isNew whether no earlier run has left anything: then this one leaves nothing if it is
   *     refused
   */
  private record Beginning(
      Progress fresh, @Nullable Progress left, @Nullable Chain base, boolean isNew) {}

  /**
   * Goes on with the cut of an earlier run that was killed, as long as it can be read. Else what
   * that run has read is of another moment, and none of it is kept.
   */
  private Created exact(
      BackupRequest request, ChosenTenants chosen, Beginning beginning, ProgressListener progress)
      throws IOException, InterruptedException {
    Progress left = beginning.left();
    boolean resumed;
    Progress begun;
    try {
      Patience patience = new Patience(request.limits().giveUp(), () -> false);
      Progress fresh = beginning.fresh();
      resumed = left != null && cutChoice.goesOn(left, fresh, request.asOf(), patience);
      begun =
          resumed && left != null
              ? left.ofRun(ids.getAsLong())
              : fresh.with(
                  ExactEntry.of(
                      cutChoice.make(left, fresh, chosen.names(), request.asOf(), patience)));
    } catch (QuorateException | CommandFailedException failed) {
      boolean mayGoOn = cuts.mayBeLeft();
      if (beginning.isNew() && !mayGoOn) {
        discard(failed);
      }
      throw Reasons.stopped(
          "the backup stopped", failed, mayGoOn ? request.goOnWithCut() : withHistory(failed));
    }
    try {
      begun.put(store);
      return read(request, chosen, new Ledger(store, begun), beginning.base(), resumed, progress);
    } finally {
      cuts.end();
    }
  }

  private static String withHistory(Exception failed) {
    return CutMaker.isForLackOfHistory(failed) ? WITH_HISTORY : "";
  }

  /** Returns what an earlier run left, if it is of the same kind and cluster. */
  private Progress left(BackupRequest request, Progress fresh) throws IOException {
    Progress left = Progress.read(store);
    if (!left.clusterId().equals(fresh.clusterId()) || left.partitions() != fresh.partitions()) {
      throw cannotResume("it is of another cluster, " + left.clusterId());
    }
    if (request.exact() != left.ofOneMoment()) {
      throw cannotResume(
          request.exact() ? "it was begun without --exact" : "it was begun with --exact");
    }
    return left;
  }

  /** Refuses to go on with what an earlier run left unless it is of the same tenants. */
  private void requireResumable(Progress left, Progress fresh) {
    if (!left.tenants().keySet().equals(fresh.tenants().keySet())) {
      throw cannotResume(
          "it is of the tenants %s, and not of %s"
              .formatted(sorted(left.tenants().keySet()), sorted(fresh.tenants().keySet())));
    }
    requireSame(left.tenants(), fresh.tenants());
  }

  private static String sorted(Collection<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }

  private RuntimeException cannotResume(String why) {
    return Reasons.failed(
        "%s: the unfinished backup there cannot go on, for %s: %s"
            .formatted(store.place(), why, another()));
  }

  /** What a tenant of the same name has that was created or truncated since is not of the same. */
  private void requireSame(Map<String, Integer> before, Map<String, Integer> now) {
    for (Map.Entry<String, Integer> each : new TreeMap<>(before).entrySet()) {
      Integer id = now.get(each.getKey());
      if (!each.getValue().equals(id)) {
        throw cannotResume(
            "tenant '%s' was %s since it was begun"
                .formatted(each.getKey(), id == null ? "dropped" : "truncated or created again"));
      }
    }
  }

  private Created read(
      BackupRequest request,
      ChosenTenants chosen,
      Ledger ledger,
      @Nullable Chain base,
      boolean resumed,
      ProgressListener progress)
      throws IOException, InterruptedException {
    Progress begun = ledger.progress();
    Coverage coverage = new Coverage(chosen.names(), begun.partitions(), begun.segments());
    if (!coverage.faults().isEmpty()) {
      throw new DamagedException(
          store.place() + "/" + FileNames.PROGRESS, coverage.faults().getFirst());
    }
    Queue<Coverage.Part> parts = new ConcurrentLinkedQueue<>(coverage.lacking());
    long total = (long) chosen.tenants().size() * begun.partitions();
    Tally tally = new Tally();
    tally.done(total - parts.size());
    WorkerThreads workers = new WorkerThreads();
    Patience patience = new Patience(request.limits().giveUp(), workers::isStopped);
    long cut = begun.exact() == null ? 0 : begun.exact().cut();
    PageReader reader =
        new PageReader(
            cluster.backups(), cut, patience, new Pace(request.limits().bytesPerSecond()), tally);
    PartitionReader.Pages pages = pages(reader, base, chosen, tally);
    try {
      workers.run(
          Math.clamp(parts.size(), 1, request.limits().parallel()),
          () -> new PartitionReader(pages, ledger, tally, workers, clock, fileBytes).run(parts),
          () -> progress.onProgress(tally, total));
      // Of its own, as the other one gives up once the workers have ended.
      Patience atTheEnd = new Patience(request.limits().giveUp(), () -> false);
      Manifest manifest =
          new ManifestMaker(cluster, clock, this::requireSame)
              .make(request.name(), request.tenants().isEmpty(), ledger.progress(), atTheEnd);
      if (base != null) {
        requireStillThere(base);
      }
      CheckedJson.put(store, FileNames.MANIFEST, manifest, base != null);
      discardProgress();
      return new Created(manifest, resumed, chosen.leftOut(), tally, patience.retries());
    } catch (RuntimeException failed) {
      throw Reasons.stopped("the backup stopped", failed, request.goOn());
    }
  }

  /** Storage may let a user write who may not delete: there is a backup all the same. */
  private void discardProgress() {
    try {
      store.delete(FileNames.PROGRESS);
    } catch (IOException failed) {
      throw Reasons.stopped(
          "the backup is finished, but its file %s cannot be deleted".formatted(FileNames.PROGRESS),
          failed,
          "it does no harm");
    }
  }

  /** A tenant that has been created, or truncated, since the base was made is not in the base. */
  private static PartitionReader.Pages pages(
      PageReader reader, @Nullable Chain base, ChosenTenants chosen, Tally tally) {
    return (name, partition) -> {
      Tenant tenant = chosen.tenant(name);
      return base == null || !base.has(name, tenant.id())
          ? new FullReading(reader, tenant)
          : new IncrementalReading(
              reader,
              tenant,
              base.keys(name, partition, FileCheck.NONE),
              base.since(name, partition),
              tally);
    };
  }

  /** Refuses to finish a backup that could not be restored, as its base was deleted meanwhile. */
  private static void requireStillThere(Chain base) throws IOException {
    BackupStore at = base.store();
    boolean same = false;
    if (at.list().containsKey(FileNames.MANIFEST)) {
      try {
        same = Chain.open(at).asBase().equals(base.asBase());
      } catch (LacksBaseException gone) {
        // As below.
      }
    }
    if (!same) {
      throw new DamagedException(
          at.place(), "was deleted or replaced while a backup was made that is based on it");
    }
  }
}
