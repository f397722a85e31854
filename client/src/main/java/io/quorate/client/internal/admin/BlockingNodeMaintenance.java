package io.quorate.client.internal.admin;

import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.admin.DeadLetter;
import io.quorate.client.admin.DeadLetters;
import io.quorate.client.admin.DrainStatus;
import io.quorate.client.admin.HintsReport;
import io.quorate.client.admin.LogLevel;
import io.quorate.client.admin.LoggerLevel;
import io.quorate.client.admin.NodeMaintenance;
import io.quorate.client.admin.PartitionComparison;
import io.quorate.client.admin.PartitionHash;
import io.quorate.client.admin.ReloadedFile;
import io.quorate.client.admin.RepairProgress;
import io.quorate.client.admin.RepairScope;
import io.quorate.client.admin.TenantShare;
import io.quorate.client.internal.engine.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waits for what {@link AsyncNodeMaintenance} answers. */
final class BlockingNodeMaintenance implements NodeMaintenance {
  private final AsyncNodeMaintenance async;
  private final Waiting waiting;

  BlockingNodeMaintenance(AsyncNodeMaintenance async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  @Override
  public HintsReport hints() {
    return waiting.forRead(async.hints());
  }

  @Override
  public HintsReport setMarker() {
    return waiting.forWrite(async.setMarker());
  }

  @Override
  public HintsReport hintsBefore(long marker) {
    return waiting.forRead(async.hintsBefore(marker));
  }

  @Override
  public void pauseHints(@Nullable String target, boolean paused) {
    var unused = waiting.forWrite(async.pauseHints(target, paused));
  }

  @Override
  public List<DeadLetter> deadLetters(DeadLetters which, int limit, @Nullable DeadLetter after) {
    return waiting.forRead(async.deadLetters(which, limit, after));
  }

  @Override
  public long replayDeadLetters(DeadLetters which) {
    return waiting.forWrite(async.replayDeadLetters(which));
  }

  @Override
  public long dropDeadLetters(DeadLetters which, boolean forget) {
    return waiting.forWrite(async.dropDeadLetters(which, forget));
  }

  @Override
  public RepairProgress repair(RepairScope scope, Consumer<RepairProgress> progress) {
    CompletableFuture<RepairProgress> repair = async.repair(scope, progress);
    try {
      return waiting.forRead(repair);
    } finally {
      repair.cancel(false); // a repair that is not waited for any more is called off
    }
  }

  @Override
  public int cancelRepairs() {
    return waiting.forWrite(async.cancelRepairs());
  }

  @Override
  public List<PartitionComparison> comparisons() {
    return waiting.forRead(async.comparisons());
  }

  @Override
  public void setDrained(boolean drained) {
    var unused = waiting.forWrite(async.setDrained(drained));
  }

  @Override
  public DrainStatus drainStatus() {
    return waiting.forRead(async.drainStatus());
  }

  @Override
  public List<TenantShare> tenants(List<String> tenants) {
    return waiting.forRead(async.tenants(tenants));
  }

  @Override
  public PartitionHash hash(int partition, Duration timeout) {
    return waiting.forRead(async.hash(partition, timeout));
  }

  @Override
  public List<ReloadedFile> reloadCertificates() {
    return waiting.forWrite(async.reloadCertificates());
  }

  @Override
  public List<LoggerLevel> logLevels() {
    return waiting.forRead(async.logLevels());
  }

  @Override
  public List<LoggerLevel> setLogLevel(@Nullable String logger, LogLevel level, Duration time) {
    return waiting.forWrite(async.setLogLevel(logger, level, time));
  }

  @Override
  public List<LoggerLevel> resetLogLevel(@Nullable String logger) {
    return waiting.forWrite(async.resetLogLevel(logger));
  }
}
