package io.quorate.client.internal.engine;

import io.quorate.client.Level;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.Version;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.DeleteResponse;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.PutResponse;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.WriteStamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One operation, from the caller's call until its future completes. Made by the caller's thread;
 * from {@link Engine#submit} on it belongs to the loop.
 */
public abstract sealed class Call<T> permits Call.Write, Call.Get, ChangeCall, UpdateCall {
  /** Hears how a call ends. */
  @FunctionalInterface
  public interface Ending<T> {
    /**
     * The call has ended, and its future is about to complete. On the loop, or on the thread that
     * made the call if it was refused there. Must not throw.
     *
     * @param attempts times it was given to a connection
     * @param failure null if it went well
     */
    void onEnded(int attempts, @Nullable T result, @Nullable QuorateException failure);
  }

  public final CompletableFuture<T> future = new CompletableFuture<>();

  /** Hears how it ends; null: no one asked. */
  public @Nullable Ending<T> ending;

  /** The session that it is part of; null if it is of none. */
  public @Nullable InSession session;

  final String tenant;
  final byte[] key;

  /**
   * What it weighs against bounds and in frames; a little more than its size on the wire. That of
   * an {@link UpdateCall} grows until it is first sent.
   */
  int bytes;

  final @Nullable Level level;
  final long startNanos;

  /** Of an {@link UpdateCall}, the latest of those whose changes it has. */
  long deadlineNanos;

  /** -1 until known. */
  int partition = -1;

  /** Replicas that it may be sent to, one after the other; 1 until its tenant is known. */
  int replicas = 1;

  /** Times it was given to a connection. */
  int attempts;

  /** Attempts that were lost with their connection. */
  int losses;

  /** Whether any attempt may have taken effect: what a later attempt says cannot undo that. */
  boolean mayHaveApplied;

  /** Whether it is a write that takes effect at most once, however often it is sent. */
  boolean once;

  /** Attempts whose stamp was too low; see {@link Write#onStampTooLow}. */
  int tooLow;

  /** What becomes of it where there is no room. */
  public Patience patience = Patience.NONE;

  /** Whether it counts against the bounds of {@link Admission}. */
  boolean admitted;

  /** Why it waits before it is given to any connection; null if it does not, or for a node. */
  @Nullable OverloadedException heldBack;

  /** What it counts for among the calls that are held back; 0 while it is none of them. */
  int waitingBytes;

  /** The last refusal after which it was sent again, and by which node; null: there was none. */
  @Nullable String lastRefusal;

  /** Retries that took a token for being asked elsewhere at once. */
  int elsewhere;

  /**
   * When the clocks of nodes have caught up that were behind what the call names, on the loop's
   * clock; null: none was.
   */
  private @Nullable Map<Connection, Long> caughtUpNanos;

  /** Nodes that would not carry it out, as they see things; null: none so far. */
  private @Nullable List<Connection> refusedBy;

  /** Of those, the ones that see too few live replicas, which may be their fault or not. */
  private @Nullable List<Connection> undecided;

  /** Completed: whatever still refers to it lets go. */
  boolean done;

  /** Where it is queued or in flight; null while it waits. */
  @Nullable Connection at;

  /** Its id in flight at {@link #at}; 0 while it is queued there. */
  long wireId;

  /** Whether it is in the {@link SendQueue} of {@link #at}. */
  boolean queued;

  /** Since when it waits to be sent. */
  long queuedNanos;

  /** When it was sent last, on the loop's clock. */
  long sentNanos;

  /**
   * When it was sent, in milliseconds of the node's clock, as sent in {@code sent_at_ms}; 0 if that
   * clock was not known.
   */
  long sentAtMillis;

  /** Links of {@link LiveCalls}. */
  @Nullable Call<?> before;

  @Nullable Call<?> after;

  Call(
      String tenant,
      byte[] key,
      int valueBytes,
      @Nullable Level level,
      long startNanos,
      long timeoutNanos) {
    this.tenant = tenant;
    this.key = key;
    this.bytes = key.length + valueBytes + 64;
    this.level = level;
    this.startNanos = startNanos;
    this.deadlineNanos = startNanos + timeoutNanos;
  }

  void onRefusedBy(Connection node, boolean tooFewLive) {
    if (refusedBy == null) {
      refusedBy = new ArrayList<>(2);
    }
    refusedBy.add(node);
    if (tooFewLive) {
      if (undecided == null) {
        undecided = new ArrayList<>(2);
      }
      undecided.add(node);
    }
  }

  /**
   * A node refused it, as the clock of the node is behind what the call names. Another node's need
   * not be.
   *
   * @param waitNanos until the node's clock has caught up
   */
  void onAheadOfClock(Connection node, long waitNanos, long nowNanos) {
    onRefusedBy(node, false);
    if (caughtUpNanos == null) {
      caughtUpNanos = new LinkedHashMap<>(4);
    }
    caughtUpNanos.put(node, nowNanos + waitNanos);
  }

  /** Whether the clock of any node that was asked is behind what the call names. */
  boolean metClocksBehind() {
    return caughtUpNanos != null;
  }

  /** Nanoseconds until the first of these nodes has caught up; 0 if one has, or none was behind. */
  long untilCaughtUp(long nowNanos) {
    long least = Long.MAX_VALUE;
    if (caughtUpNanos != null) {
      for (long each : caughtUpNanos.values()) {
        least = Math.min(least, Math.max(0, each - nowNanos));
      }
    }
    return least == Long.MAX_VALUE ? 0 : least;
  }

  /** Nodes that have caught up by now may be asked again. */
  void forgiveCaughtUp(long nowNanos) {
    if (caughtUpNanos != null && refusedBy != null) {
      Map<Connection, Long> behind = caughtUpNanos;
      refusedBy.removeIf(
          node -> {
            Long caughtUp = behind.get(node);
            return caughtUp != null && caughtUp - nowNanos <= 0;
          });
    }
  }

  /**
   * Attempts that count: a stamp that was too low is the fault of no node, and the same node is
   * asked again.
   */
  int tries() {
    return attempts - tooLow;
  }

  /** Whether any node would not carry it out, as the node sees things. */
  boolean wasRefused() {
    return refusedBy != null;
  }

  boolean wasRefusedBy(Connection node) {
    return refusedBy != null && refusedBy.contains(node);
  }

  /** The level that it asks for: its own, or what its tenant has for calls of its kind. */
  @Nullable Level levelOf(Tenant known) {
    return level == null
        ? Words.fromWire(mutation() ? known.getWriteLevel() : known.getReadLevel())
        : level;
  }

  /** Nodes that saw too few live replicas. */
  List<Connection> undecided() {
    return undecided == null ? List.of() : undecided;
  }

  void complete(T result) {
    if (ending != null) {
      ending.onEnded(attempts, result, null);
    }
    future.complete(result);
  }

  void fail(QuorateException failure) {
    if (ending != null) {
      ending.onEnded(attempts, null, failure);
    }
    future.completeExceptionally(failure);
  }

  /** The call with which it is sent, once that is under way; itself, unless others may join it. */
  Call<?> carrier() {
    return this;
  }

  /** What it is, for messages. */
  abstract String verb();

  abstract boolean mutation();

  /** How its caller sees keys. */
  abstract Face<?, ?> face();

  abstract void writeTo(Operation.Builder operation);

  /** The info of the answer; null if it does not answer this operation. */
  abstract io.quorate.proto.v1.@Nullable ResultInfo info(OperationResult answer);

  /** What the caller gets for an answer that has {@link #info}. */
  abstract T read(OperationResult answer, io.quorate.proto.v1.ResultInfo info);

  /**
   * A put, delete, increment or update of fields. If it takes effect at most once, it has a stamp
   * from when it is first sent, which is the same in all attempts: its version where the last write
   * wins, or what a key with siblings knows it by.
   */
  public abstract static sealed class Write<T> extends Call<T>
      permits Put, Delete, IncrementCall, UpdateFieldsCall {
    private final Face<?, ?> face;

    /** Above which its next stamp is to be; 0: anywhere. */
    private long aboveHlc;

    /** Null until it is sent, or if its nodes stamp it. */
    private @Nullable WriteStamp stamp;

    Write(
        Face<?, ?> face,
        String tenant,
        byte[] key,
        int bytesBesideKey,
        @Nullable Level level,
        long startNanos,
        long timeoutNanos) {
      super(tenant, key, bytesBesideKey, level, startNanos, timeoutNanos);
      this.face = face;
    }

    /** Whether the stamp depends on the tenant's settings, beside the key's partition. */
    abstract boolean takesDefaultTtl();

    /**
     * The time that a stamped value expires, in milliseconds since 1970; 0: never.
     *
     * @param writtenMillis of the stamp
     * @param defaultTtlMillis of the tenant; 0: none
     */
    abstract long expiresAtMillis(long writtenMillis, long defaultTtlMillis);

    long aboveHlc() {
      return aboveHlc;
    }

    boolean isStamped() {
      return stamp != null;
    }

    /** Gives it a stamp, under which it was never sent. */
    void stamp(long hlc, long epoch, long defaultTtlMillis) {
      stamp =
          WriteStamp.newBuilder()
              .setHlc(hlc)
              .setEpoch(epoch)
              .setExpiresAtMs(expiresAtMillis(StampClock.millis(hlc), defaultTtlMillis))
              .setFirstAttempt(true)
              .build();
    }

    /**
     * Nothing under its stamp was applied, nor will be: it starts over, and takes another stamp.
     *
     * @param above which one can succeed
     */
    void onStampTooLow(long above) {
      once = true;
      aboveHlc = StampClock.later(aboveHlc, above);
      if (stamp != null) {
        aboveHlc = StampClock.later(aboveHlc, stamp.getHlc());
      }
      stamp = null;
      tooLow++;
      mayHaveApplied = false;
    }

    /** The stamp for an attempt that is sent now; null: it has none. */
    @Nullable WriteStamp takeStamp() {
      WriteStamp sent = stamp;
      if (sent != null && sent.getFirstAttempt()) {
        stamp = sent.toBuilder().setFirstAttempt(false).build();
      }
      return sent;
    }

    @Override
    boolean mutation() {
      return true;
    }

    @Override
    Face<?, ?> face() {
      return face;
    }
  }

  /** Stores a value. */
  public static final class Put<T> extends Write<T> {
    private final Face<?, T> face;
    private final PutRequest request;

    public Put(
        Face<?, T> face,
        String tenant,
        byte[] key,
        @Nullable Level level,
        PutRequest request,
        long startNanos,
        long timeoutNanos) {
      super(
          face,
          tenant,
          key,
          request.getValue().size()
              + request.getContext().size()
              + request.getCondition().getValue().size(),
          level,
          startNanos,
          timeoutNanos);
      this.face = face;
      this.request = request;
    }

    @Override
    String verb() {
      return "put";
    }

    @Override
    boolean takesDefaultTtl() {
      return request.getTtlMs() == 0;
    }

    @Override
    long expiresAtMillis(long writtenMillis, long defaultTtlMillis) {
      long ttlMillis = takesDefaultTtl() ? defaultTtlMillis : request.getTtlMs();
      return ttlMillis == 0 || ttlMillis > Long.MAX_VALUE - writtenMillis
          ? 0
          : writtenMillis + ttlMillis;
    }

    @Override
    void writeTo(Operation.Builder operation) {
      WriteStamp stamp = takeStamp();
      operation.setPut(
          stamp == null ? request : request.toBuilder().clearTtlMs().setStamp(stamp).build());
    }

    @Override
    io.quorate.proto.v1.@Nullable ResultInfo info(OperationResult answer) {
      return answer.hasPut() ? answer.getPut().getInfo() : null;
    }

    @Override
    T read(OperationResult answer, io.quorate.proto.v1.ResultInfo info) {
      PutResponse put = answer.getPut();
      return face.written(put.getVersion(), put.getContext(), info);
    }
  }

  /** Deletes a key. */
  public static final class Delete<T> extends Write<T> {
    private final Face<?, T> face;
    private final DeleteRequest request;

    public Delete(
        Face<?, T> face,
        String tenant,
        byte[] key,
        @Nullable Level level,
        DeleteRequest request,
        long startNanos,
        long timeoutNanos) {
      super(
          face,
          tenant,
          key,
          request.getContext().size() + request.getCondition().getValue().size(),
          level,
          startNanos,
          timeoutNanos);
      this.face = face;
      this.request = request;
    }

    @Override
    String verb() {
      return "delete";
    }

    @Override
    boolean takesDefaultTtl() {
      return false;
    }

    @Override
    long expiresAtMillis(long writtenMillis, long defaultTtlMillis) {
      return 0;
    }

    @Override
    void writeTo(Operation.Builder operation) {
      WriteStamp stamp = takeStamp();
      operation.setDelete(stamp == null ? request : request.toBuilder().setStamp(stamp).build());
    }

    @Override
    io.quorate.proto.v1.@Nullable ResultInfo info(OperationResult answer) {
      return answer.hasDelete() ? answer.getDelete().getInfo() : null;
    }

    @Override
    T read(OperationResult answer, io.quorate.proto.v1.ResultInfo info) {
      DeleteResponse delete = answer.getDelete();
      return face.written(delete.getVersion(), delete.getContext(), info);
    }
  }

  /** Reads a key. */
  public static final class Get<T> extends Call<T> {
    private final Face<T, ?> face;
    private final GetRequest request;

    /** The version of its session that it was last sent with. */
    @Nullable Version leastSeen;

    public Get(
        Face<T, ?> face,
        String tenant,
        byte[] key,
        @Nullable Level level,
        GetRequest request,
        long startNanos,
        long timeoutNanos) {
      super(tenant, key, 0, level, startNanos, timeoutNanos);
      this.face = face;
      this.request = request;
    }

    @Override
    String verb() {
      return "get";
    }

    @Override
    boolean mutation() {
      return false;
    }

    /** Whether it brings what it returns to as many replicas as its level asks for. */
    boolean repairs(@Nullable Tenant known) {
      return InSession.repairs(request, known);
    }

    @Override
    void writeTo(Operation.Builder operation) {
      operation.setGet(session == null ? request : session.bound(this, request));
    }

    @Override
    io.quorate.proto.v1.@Nullable ResultInfo info(OperationResult answer) {
      return answer.hasGet() ? answer.getGet().getInfo() : null;
    }

    @Override
    Face<?, ?> face() {
      return face;
    }

    @Override
    T read(OperationResult answer, io.quorate.proto.v1.ResultInfo info) {
      return face.read(answer.getGet(), info);
    }
  }
}
