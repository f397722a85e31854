package io.quorate.client.internal.engine;

import io.quorate.client.Level;
import io.quorate.client.Version;
import io.quorate.client.internal.session.SessionMemory;
import io.quorate.client.internal.session.SessionMemory.Least;
import io.quorate.client.internal.session.SessionMemory.Name;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.ReadRepair.Mode;
import io.quorate.proto.v1.ResultInfo;
import io.quorate.proto.v1.Tenant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one session share: what was seen, and at which node the session last was for
 * each partition. There its next reads are likely to be answered at once, also after that node has
 * stood in for another one. Owned by the loop, but for {@link #memory} and {@link #promote}.
 */
public final class InSession {
  /** Partitions of which the node is remembered. */
  private static final int NODES_MAX = 64;

  /** Keys in a row that could not be promoted, after which all are left alone for a while. */
  private static final int FAILED_MAX = 8;

  /** How long keys are left alone after that: mostly replicas are down, which takes longer. */
  static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SessionMemory memory;
  private final ClusterView view;
  private final Map<Integer, Connection> lastAt =
      new LinkedHashMap<>(NODES_MAX, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Connection> eldest) {
          return size() > NODES_MAX;
        }
      };

  /** Reads a key at QUORUM within this session. */
  private final Function<Name, CompletableFuture<?>> promoter;

  private final AtomicBoolean promoting = new AtomicBoolean();
  private final LongSupplier nanos;

  /** Until when no key is promoted; null: keys are. */
  private volatile @Nullable Long pausedUntilNanos;

  /**
   * @param nanos a clock, safe on any thread
   */
  public InSession(
      SessionMemory memory,
      ClusterView view,
      LongSupplier nanos,
      Function<InSession, Function<Name, CompletableFuture<?>>> promoter) {
    this.memory = memory;
    this.view = view;
    this.nanos = nanos;
    this.promoter = promoter.apply(this);
  }

  /** What was seen so far. */
  public SessionMemory memory() {
    return memory;
  }

  /** The node at which the session last was for a partition; null if none is remembered. */
  @Nullable Connection lastAt(int partition) {
    return lastAt.get(partition);
  }

  /** Adds to a read what it must not fall below, as of now: when it is sent. */
  GetRequest bound(Call.Get<?> call, GetRequest request) {
    Least least = memory.least(new Name(call.tenant, call.key), call.partition);
    call.leastSeen = least == null ? null : least.version();
    if (least == null) {
      return request;
    }
    GetRequest.Builder bound = request.toBuilder().setMinHlc(least.floor());
    Version seen = least.version();
    boolean asked =
        request.hasMinVersion()
            && (seen == null || Words.fromWire(request.getMinVersion()).compareTo(seen) > 0);
    if (seen != null && !asked) {
      bound.setMinVersion(Words.toWire(seen));
    }
    return bound.build();
  }

  /** A call of the session was answered; its future is about to complete. */
  void onAnswered(Call<?> call, Connection at, OperationResult answer, ResultInfo info) {
    int partition = info.getPartition();
    lastAt.put(partition, at);
    if (Face.isOfSiblings(answer)) {
      return; // such a key is read at QUORUM always, and has no newest version
    }
    Version version = version(answer);
    if (version != null && isLinearizable(call)) {
      // Each read of such a key finds the newest version anyway.
      memory.sawTime(new Name(call.tenant, call.key), version.hlc());
      return;
    }
    Name name = new Name(call.tenant, call.key);
    if (call instanceof Call.Get<?> get) {
      if (version != null) {
        memory.saw(name, partition, version, isAtQuorum(call) && get.repairs(tenant(call)));
      } else if (get.leastSeen != null) {
        memory.sawNothing(name, get.leastSeen);
      }
    } else if (version != null) {
      memory.saw(name, partition, version, isAtQuorum(call));
    }
    promote();
  }

  private boolean isLinearizable(Call<?> call) {
    Tenant tenant = tenant(call);
    return tenant != null && Face.modelOf(tenant) == Tenant.Model.MODEL_LINEARIZABLE;
  }

  /** The version that a read found, or a write gave a key; null if there is none. */
  private static @Nullable Version version(OperationResult answer) {
    return switch (answer.getResultCase()) {
      case GET ->
          answer.getGet().hasVersion() ? Words.fromWire(answer.getGet().getVersion()) : null;
      case PUT -> Words.fromWire(answer.getPut().getVersion());
      case DELETE -> Words.fromWire(answer.getDelete().getVersion());
      case INCREMENT -> Words.fromWire(answer.getIncrement().getVersion());
      case UPDATE_FIELDS -> Words.fromWire(answer.getUpdateFields().getVersion());
      default -> null;
    };
  }

  /**
   * Has keys read at QUORUM, one after the other, while too many have an entry that may not go.
   * Safe on any thread.
   */
  public void promote() {
    Long paused = pausedUntilNanos;
    if (paused == null || nanos.getAsLong() - paused >= 0) {
      promote(0);
    }
  }

  /**
   * @param failed keys in a row that could not be read; with too many of them it ends for a while
   */
  private void promote(int failed) {
    if (failed == FAILED_MAX) {
      pausedUntilNanos = nanos.getAsLong() + PAUSE_NANOS;
      return;
    }
    if (!promoting.compareAndSet(false, true)) {
      return;
    }
    Name next = memory.promotable();
    if (next == null) {
      promoting.set(false);
      return;
    }
    var unused =
        promoter
            .apply(next)
            .handle(
                (read, failure) -> {
                  promoting.set(false);
                  promote(failure == null ? 0 : failed + 1);
                  return true;
                });
  }

  private @Nullable Tenant tenant(Call<?> call) {
    RouteTable table = view.table();
    return table == null ? null : table.tenant(call.tenant);
  }

  /** Whether a quorum holds what was acknowledged, or returned by a read that repairs. */
  private boolean isAtQuorum(Call<?> call) {
    Tenant tenant = tenant(call);
    Level level = tenant == null ? call.level : call.levelOf(tenant);
    if (level == null
        || level.equals(Level.QUORUM)
        || level.equals(Level.ALL)
        || level.equals(Level.EACH_QUORUM)) {
      return level != null; // majorities of all regions are a majority of all
    }
    if (tenant == null) {
      return false;
    }
    int replicas = Math.max(tenant.getReplicationFactor(), tenant.getNextReplicationFactor());
    int required = level instanceof Level.Count count ? count.replicas() : 1;
    return (level.equals(Level.TWO) ? 2 : required) > replicas / 2;
  }

  /** Whether a read brings what it returns to as many replicas as its level asks for. */
  static boolean repairs(GetRequest request, @Nullable Tenant tenant) {
    if (request.hasReadRepair()) {
      return request.getReadRepair().getMode() != Mode.MODE_OFF;
    }
    return tenant != null && tenant.getReadRepair().getMode() != Mode.MODE_OFF;
  }
}
