package io.quorate.sim.cluster;

import io.quorate.model.KeyRange;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client reads a range of keys at one node, page by page, until the end or a failure. */
final class Scan {
  private final SimWorld world;
  private final SimNode node;
  private final PromiseChecker checker;
  private final Question question;
  private final SimCluster.Ask ask;
  private final Consumer<List<ScanPage.Entry>> found;
  private final List<ScanPage.Entry> entries = new ArrayList<>();
  private final ScanAttempt attempt;

  /**
   * What is asked.
   *
   * @param entriesMax entries of one page
   */
  record Question(String tenant, KeyRange keys, @Nullable Level level, int entriesMax) {
    @Override
    public String toString() {
      String prefix = new String(keys.prefix(), StandardCharsets.UTF_8);
      return "'%s'%s at %s".formatted(prefix, keys.isPrefixOnly() ? "" : " (" + keys + ")", level);
    }
  }

  /**
   * @param found told what was found if it comes to its end
   */
  Scan(
      SimWorld world,
      SimNode node,
      PromiseChecker checker,
      Question question,
      SimCluster.Ask ask,
      Consumer<List<ScanPage.Entry>> found) {
    this.world = world;
    this.node = node;
    this.checker = checker;
    this.question = question;
    this.ask = ask;
    this.found = found;
    this.attempt =
        checker.beginScan(question.tenant(), node.knownId(), question.keys(), question.level());
  }

  void begin(DataPlane plane) {
    world.note(Topic.CALL, node.name(), () -> "scans " + question);
    nextPage(plane, new byte[0]);
  }

  private void nextPage(DataPlane plane, byte[] cursor) {
    int pausesBefore = node.pauses();
    long askedMillis = checker.trueMillis();
    long deadlineNanos = world.nowNanos() + ask.timeout().toNanos();
    plane.scan(
        new ScanRequest(
            question.tenant(), question.keys(), question.level(), question.entriesMax(), cursor),
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
    found.accept(entries);
    ask.onEnd().run();
  }
}
