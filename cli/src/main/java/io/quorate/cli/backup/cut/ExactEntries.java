package io.quorate.cli.backup.cut;

import io.quorate.cli.backup.file.Coverage;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.run.AtSignal;
import io.quorate.cli.backup.run.ClusterCalls;
import io.quorate.cli.backup.run.OneMoment;
import io.quorate.cli.backup.run.Pace;
import io.quorate.cli.backup.run.PageReader;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.backup.run.WorkerThreads;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Patience;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.ProgressLine;
import io.quorate.cli.output.ShellWord;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.ScanEntry;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.EntryPage;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a tenant as they were at one moment: has a cut made, reads it as an exact
 * backup does, and ends it.
 */
public final class ExactEntries {
  private static final int PARALLEL = 4;

  /** What is left where a tenant has no history. */
  private static final String AS_OF_NOW =
      "to export what is there now, leave out --as-of, or give --exact in its place";

  private final ClusterCalls cluster;
  private final CutMaker cuts;
  private final Shown shown;

  /** Takes entries. Partitions come in no order, and the keys of each in that of their bytes. */
  public interface Sink {
    /** Takes one; called by one thread at a time. */
    void take(ScanEntry entry) throws IOException;
  }

  /**
   * What is asked for.
   *
   * @param prefix beginning of the keys; empty: all
   * @param asOf a moment that has passed; null: the cluster chooses one
   * @param giveUp for how long a page is asked for again before all ends
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Request(String tenant, byte[] prefix, @Nullable Instant asOf, Duration giveUp) {}

  /**
   * What was read.
   *
   * @param asOf the moment
   */
  public record Done(long entries, Instant asOf) {}

  /**
   * What people see meanwhile.
   *
   * @param notes where sentences go
   * @param progress whether progress is shown
   */
  public record Shown(Console console, Consumer<String> notes, boolean progress) {}

  ExactEntries(ClusterCalls cluster, Shown shown) {
    this.cluster = cluster;
    this.cuts =
        new CutMaker(
            "export",
            cluster.backups(),
            () -> false,
            new CutNotes(shown.notes(), shown.progress()));
    this.shown = shown;
  }

  /** Returns one that reads a cluster. */
  public static ExactEntries of(QuorateClient client, Shown shown) {
    return new ExactEntries(ClusterCalls.of(client), shown);
  }

  /**
   * Reads all of them. The cut is ended also if a signal ends this process.
   *
   * @throws CommandFailedException if they could not be read; some may have been taken
   */
  public Done read(Request request, Sink sink) throws IOException, InterruptedException {
    AtSignal atSignal = new AtSignal(cuts::end);
    try {
      requireOneMoment(request);
      int partitions = cluster.status().partitions();
      BackupCut cut =
          cuts.make(
              List.of(request.tenant()),
              request.asOf(),
              new Patience(request.giveUp(), () -> false),
              CutMaker.RequestRecord.NONE,
              CutMaker.KilledRuns.NONE);
      try {
        long entries = new OneRead(request, cut.id(), sink).run(partitions);
        return new Done(entries, cut.asOf());
      } finally {
        cuts.end();
      }
    } catch (QuorateException | Reasons.AtException failed) {
      throw Reasons.stopped(
          "the export stopped", failed, CutMaker.isForLackOfHistory(failed) ? AS_OF_NOW : "");
    } finally {
      atSignal.close();
    }
  }

  /** A cut has the keys of other tenants each by itself, and most have more than a value. */
  private void requireOneMoment(Request request) throws InterruptedException {
    String name = request.tenant();
    for (Tenant tenant : new Patience(request.giveUp(), () -> false).call(cluster::tenants)) {
      if (tenant.name().equals(name) && !OneMoment.has(tenant)) {
        Model model = tenant.settings().get(TenantSetting.MODEL);
        throw Reasons.failed(
            "nothing was exported: tenant '%s' has model %s, and an export of one moment is of tenants with model LAST_WRITE_WINS. %s'quorate backup create --to DIR --exact --tenant %s' backs it up, each key by itself"
                .formatted(
                    name,
                    model,
                    model == Model.LINEARIZABLE
                        ? "Without --exact and --as-of it is exported, each key by itself; "
                        : "",
                    ShellWord.of(name)));
      }
    }
  }

  /** Some threads that read partitions of a cut. */
  private final class OneRead {
    private final Request request;
    private final Sink sink;
    private final WorkerThreads workers = new WorkerThreads();
    private final Tally tally = new Tally();
    private final PageReader pages;

    /** Guarded by this object's monitor. */
    private long entries;

    OneRead(Request request, long cut, Sink sink) {
      this.request = request;
      this.sink = sink;
      this.pages =
          new PageReader(
              cluster.backups(),
              cut,
              new Patience(request.giveUp(), workers::isStopped),
              new Pace(0),
              tally);
    }

    /** Returns how many entries there were. */
    long run(int partitions) throws IOException, InterruptedException {
      Coverage all = new Coverage(List.of(request.tenant()), partitions, List.of());
      Queue<Coverage.Part> parts = new ConcurrentLinkedQueue<>(all.lacking());
      try (ProgressLine bar =
          new ProgressLine(
              shown.console(),
              shown.progress(),
              "exporting",
              ProgressLine.Unit.PARTITIONS,
              partitions)) {
        workers.run(
            Math.clamp(partitions, 1, PARALLEL),
            () -> readAll(parts),
            () -> bar.at(tally.done(), " " + tally.text()));
      }
      synchronized (this) {
        return entries;
      }
    }

    private void readAll(Queue<Coverage.Part> parts) throws IOException, InterruptedException {
      Coverage.Part part = parts.poll();
      while (part != null && !workers.isStopped()) {
        EntryPage page = pages.entries(part, request.prefix());
        take(page.entries());
        byte[] next = page.next();
        if (next == null) {
          tally.done(1);
          part = parts.poll();
        } else {
          part = new Coverage.Part(part.tenant(), part.partition(), Segment.text(next));
        }
      }
    }

    private synchronized void take(List<ScanEntry> page) throws IOException {
      for (ScanEntry entry : page) {
        sink.take(entry);
      }
      entries += page.size();
      tally.records(page.size(), 0);
    }
  }
}
