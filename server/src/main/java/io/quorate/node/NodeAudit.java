package io.quorate.node;

import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptor;
import io.quorate.event.Event;
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.MaintenanceGrpc;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Threads;
import io.quorate.transport.access.Callers;
import io.quorate.transport.audit.AuditLog;
import io.quorate.transport.audit.AuditedCalls;
import io.quorate.transport.audit.AuditedEvents;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node keeps for an audit, and writes to a log of its own on a thread of its own. */
final class NodeAudit implements AutoCloseable {
  /** Those who run the node decide where its lines go. */
  static final String LOGGER = "io.quorate.audit";

  /** Methods that change something. */
  static final Set<String> CHANGES =
      Stream.<MethodDescriptor<?, ?>>of(
              AdminGrpc.getCreateTenantMethod(),
              AdminGrpc.getAlterTenantMethod(),
              AdminGrpc.getDropTenantMethod(),
              AdminGrpc.getTruncateTenantMethod(),
              AdminGrpc.getReadmitNodeMethod(),
              AdminGrpc.getChangeTopologyMethod(),
              AdminGrpc.getCancelTopologyChangeMethod(),
              AdminGrpc.getLimitTopologyChangeMethod(),
              AdminGrpc.getFinalizeUpgradeMethod(),
              AdminGrpc.getCreateJoinTokenMethod(),
              AdminGrpc.getDropJoinTokenMethod(),
              AccessGrpc.getChangeAccessMethod(),
              BackupGrpc.getMakeCutMethod(),
              BackupGrpc.getEndCutMethod(),
              BackupGrpc.getBeginRestoreMethod(),
              BackupGrpc.getFinishRestoreMethod(),
              BackupGrpc.getGiveUpRestoreMethod(),
              MaintenanceGrpc.getPauseHintsMethod(),
              MaintenanceGrpc.getSetDrainedMethod(),
              MaintenanceGrpc.getReplayDeadLettersMethod(),
              MaintenanceGrpc.getDropDeadLettersMethod(),
              MaintenanceGrpc.getRepairMethod(),
              MaintenanceGrpc.getCancelRepairsMethod(),
              MaintenanceGrpc.getReloadCertificatesMethod(),
              MaintenanceGrpc.getSetLogLevelMethod())
          .map(MethodDescriptor::getFullMethodName)
          .collect(Collectors.toUnmodifiableSet());

  private static final Logger log = LoggerFactory.getLogger(LOGGER);
  private static final int LINES_WAITING_MAX = 10_000;
  private static final long WRITTEN_WITHIN_MILLIS = 2_000;

  private final LongTasks writer;
  private final AuditLog audit;

  /**
   * @param node under which address it is known
   * @param name that its operator gave it; empty for none
   * @param names of the nodes that records tell of
   * @param thread name of the one that writes
   * @param events told on that thread of lines that could not be written
   */
  NodeAudit(
      String node,
      String name,
      Supplier<NodeNames> names,
      String thread,
      Clock clock,
      Threads threads,
      Consumer<Event> events) {
    writer = new LongTasks(thread, LINES_WAITING_MAX, threads);
    audit = new AuditLog(node, name, names, clock, writer, log::info, events);
  }

  Consumer<Event> events() {
    return new AuditedEvents(audit);
  }

  ServerInterceptor calls(Callers callers) {
    return new AuditedCalls(audit, CHANGES, callers);
  }

  /** Waits for a moment until what was kept is written. */
  @Override
  public void close() {
    CountDownLatch written = new CountDownLatch(1);
    try {
      audit.tellLeftOut();
      writer.execute(written::countDown);
      boolean unused = written.await(WRITTEN_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException full) {
      LoggerFactory.getLogger("io.quorate.node").warn("stops with lines of the audit unwritten");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.close();
  }
}
