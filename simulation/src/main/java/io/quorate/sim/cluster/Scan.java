package io.quorate.sim.cluster;

import io.quorate.placement.Level;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.ScanRequest;
import io.quorate.sim.check.PromiseChecker;
import io.quorate.sim.check.ScanAttempt;
import io.quorate.sim.kernel.SimJournal.Topic;
import io.quorate.sim.kernel.SimWorld;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client reads all keys with a prefix at one node, page by page, until the end or a failure. */
final class Scan {
  private final SimWorld world;
  private final SimNode node;
  private final PromiseChecker checker;
  private final String tenant;
  private final String prefix;
  private final @Nullable Level level;
  private final int entriesMax;
  private final SimCluster.Ask ask;
  private final List<ScanPage.Entry> entries = new ArrayList<>();
  private final ScanAttempt attempt;

  Scan(
      SimWorld world,
      SimNode node,
      PromiseChecker checker,
      String tenant,
      String prefix,
      @Nullable Level level,
      int entriesMax,
      SimCluster.Ask ask) {
    this.world = world;
    this.node = node;
    this.checker = checker;
    this.tenant = tenant;
    this.prefix = prefix;
    this.level = level;
    this.entriesMax = entriesMax;
    this.ask = ask;
    this.attempt = checker.beginScan(tenant, node.knownId(), prefix, level);
  }

  void begin(DataPlane plane) {
    world.note(Topic.CALL, node.name(), () -> "scans '" + prefix + "' at " + level);
    nextPage(plane, new byte[0]);
  }

  private void nextPage(DataPlane plane, byte[] cursor) {
    int pausesBefore = node.pauses();
    long askedMillis = checker.trueMillis();
    long deadlineNanos = world.nowNanos() + ask.timeout().toNanos();
    plane.scan(
        new ScanRequest(tenant, prefix.getBytes(StandardCharsets.UTF_8), level, entriesMax, cursor),
        node.clock().nanos() + ask.timeout().toNanos(),
        new DataPlane.ScanCallback() {
          @Override
          public void page(ScanPage page) {
            checkInTime();
            checker.page(attempt, page, askedMillis);
            entries.addAll(page.entries());
            if (page.cursor().length == 0) {
              end(page);
            } else {
              nextPage(plane, page.cursor());
            }
          }

          @Override
          public void failed(Failure failure) {
            checkInTime();
            world.note(Topic.CALL, node.name(), () -> "scan fails: " + failure);
            node.windows().enter("scan failed");
            ask.onEnd().run();
          }

          private void checkInTime() {
            checker.checkInTime(
                () -> attempt + " at " + node.name() + " had a page",
                deadlineNanos,
                world.nowNanos(),
                pausesBefore != node.pauses());
          }
        });
  }

  private void end(ScanPage last) {
    world.note(Topic.CALL, node.name(), () -> "scan ends with " + entries.size() + " entries");
    for (ScanPage.Entry entry : entries) {
      world.witness(entry.key());
      world.witness(entry.record().bytes());
    }
    checker.endScan(attempt, new ScanAttempt.Found(entries, last.potentiallyStale()));
    node.windows().enter("scan read to its end");
    ask.onEnd().run();
  }
}
