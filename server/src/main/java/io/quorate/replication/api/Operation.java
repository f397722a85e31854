package io.quorate.replication.api;

import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.version.FieldChange;
import io.quorate.version.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for. Sizes of keys and values have been checked at the edge; whether the
 * tenant exists has not.
 */
public sealed interface Operation {
  /** Tenant by name; empty means the default one. */
  String tenant();

  /** The key, not to be changed. */
  byte[] key();

  /** Replicas that must answer; null: the tenant's level. */
  @Nullable Level level();

  /** Names the request in all its attempts; {@link RequestId#NONE} of a read. */
  default RequestId requestId() {
    return RequestId.NONE;
  }

  /** What the client has seen of a key with siblings; empty: nothing, as of a read. */
  default byte[] context() {
    return Outcome.NO_CONTEXT;
  }

  /** What the client gave the write to be known by; null: nothing, as of a read. */
  default @Nullable WriteStamp stamp() {
    return null;
  }

  /**
   * Hybrid time above which a write is stamped: the highest of a version that the client's session
   * has written or read; 0: none, as of a read.
   */
  default long aboveHlc() {
    return 0;
  }

  /** What the key must have for it to take effect; null: anything, as of a read. */
  default @Nullable Condition condition() {
    return null;
  }

  /** The token of the lock under which it is carried out; 0: none, as of an update. */
  default long fenceToken() {
    return 0;
  }

  /** Bytes of all values that it writes, or compares; 0 of a read. */
  default int valueBytes() {
    return 0;
  }

  /** Bytes of the largest value that it writes; 0 of a read. */
  default int largestValueBytes() {
    return valueBytes();
  }

  /**
   * Store a value.
   *
   * @param value not to be changed
   * @param ttlMillis until the value expires; 0: the tenant's default
   * @param stamp of a tenant whose clients name their writes; null: there is none
   * @param context what the client has seen of a key with siblings, as it was answered; empty:
   *     nothing
   * @param condition what the key must have; null: anything
   * @param fenceToken of the lock under which it is carried out; 0: none
   */
  record Put(
      String tenant,
      byte[] key,
      byte[] value,
      @Nullable Level level,
      long ttlMillis,
      RequestId requestId,
      @Nullable WriteStamp stamp,
      long aboveHlc,
      byte[] context,
      @Nullable Condition condition,
      long fenceToken)
      implements Operation {
    @Override
    public int valueBytes() {
      return value.length + (condition == null ? 0 : condition.valueBytes());
    }

    @Override
    public int largestValueBytes() {
      return value.length;
    }

    /** Under no lock. */
    public Put(
        String tenant,
        byte[] key,
        byte[] value,
        @Nullable Level level,
        long ttlMillis,
        RequestId requestId,
        @Nullable WriteStamp stamp,
        long aboveHlc,
        byte[] context,
        @Nullable Condition condition) {
      this(tenant, key, value, level, ttlMillis, requestId, stamp, aboveHlc, context, condition, 0);
    }

    /** Whatever the key has. */
    public Put(
        String tenant,
        byte[] key,
        byte[] value,
        @Nullable Level level,
        long ttlMillis,
        RequestId requestId,
        @Nullable WriteStamp stamp,
        long aboveHlc,
        byte[] context) {
      this(tenant, key, value, level, ttlMillis, requestId, stamp, aboveHlc, context, null);
    }

    /** Of a client that has seen nothing. */
    public Put(
        String tenant,
        byte[] key,
        byte[] value,
        @Nullable Level level,
        long ttlMillis,
        RequestId requestId,
        @Nullable WriteStamp stamp,
        long aboveHlc) {
      this(tenant, key, value, level, ttlMillis, requestId, stamp, aboveHlc, Outcome.NO_CONTEXT);
    }

    /** Of no session. */
    public Put(
        String tenant,
        byte[] key,
        byte[] value,
        @Nullable Level level,
        long ttlMillis,
        RequestId requestId,
        @Nullable WriteStamp stamp) {
      this(tenant, key, value, level, ttlMillis, requestId, stamp, 0);
    }

    /** Stamped by its coordinator. */
    public Put(
        String tenant,
        byte[] key,
        byte[] value,
        @Nullable Level level,
        long ttlMillis,
        RequestId requestId) {
      this(tenant, key, value, level, ttlMillis, requestId, null);
    }
  }

  /**
   * Read the newest value.
   *
   * @param repair what is done for replicas that are behind; null: what the tenant's reads do
   * @param minimum below which the answer must not be; null: there is none
   * @param fenceToken of the lock under which it is carried out; 0: none
   */
  record Get(
      String tenant,
      byte[] key,
      @Nullable Level level,
      @Nullable ReadRepair repair,
      @Nullable Minimum minimum,
      long fenceToken)
      implements Operation {
    /** Under no lock. */
    public Get(
        String tenant,
        byte[] key,
        @Nullable Level level,
        @Nullable ReadRepair repair,
        @Nullable Minimum minimum) {
      this(tenant, key, level, repair, minimum, 0);
    }

    /** Returns what is found, whatever it is. */
    public Get(String tenant, byte[] key, @Nullable Level level, @Nullable ReadRepair repair) {
      this(tenant, key, level, repair, null);
    }

    /** Repairs as the tenant's reads do. */
    public Get(String tenant, byte[] key, @Nullable Level level) {
      this(tenant, key, level, null);
    }
  }

  /**
   * Delete what is there.
   *
   * @param stamp of a tenant whose clients name their writes; null: there is none
   * @param context as of a put; empty: whatever the coordinator finds
   * @param condition what the key must have; null: anything
   * @param fenceToken of the lock under which it is carried out; 0: none
   */
  record Delete(
      String tenant,
      byte[] key,
      @Nullable Level level,
      RequestId requestId,
      @Nullable WriteStamp stamp,
      long aboveHlc,
      byte[] context,
      @Nullable Condition condition,
      long fenceToken)
      implements Operation {
    @Override
    public int valueBytes() {
      return condition == null ? 0 : condition.valueBytes();
    }

    @Override
    public int largestValueBytes() {
      return 0;
    }

    /** Under no lock. */
    public Delete(
        String tenant,
        byte[] key,
        @Nullable Level level,
        RequestId requestId,
        @Nullable WriteStamp stamp,
        long aboveHlc,
        byte[] context,
        @Nullable Condition condition) {
      this(tenant, key, level, requestId, stamp, aboveHlc, context, condition, 0);
    }

    /** Whatever the key has. */
    public Delete(
        String tenant,
        byte[] key,
        @Nullable Level level,
        RequestId requestId,
        @Nullable WriteStamp stamp,
        long aboveHlc,
        byte[] context) {
      this(tenant, key, level, requestId, stamp, aboveHlc, context, null);
    }

    /** Of a client that has seen nothing. */
    public Delete(
        String tenant,
        byte[] key,
        @Nullable Level level,
        RequestId requestId,
        @Nullable WriteStamp stamp,
        long aboveHlc) {
      this(tenant, key, level, requestId, stamp, aboveHlc, Outcome.NO_CONTEXT);
    }

    /** Of no session. */
    public Delete(
        String tenant,
        byte[] key,
        @Nullable Level level,
        RequestId requestId,
        @Nullable WriteStamp stamp) {
      this(tenant, key, level, requestId, stamp, 0);
    }

    /** Stamped by its coordinator. */
    public Delete(String tenant, byte[] key, @Nullable Level level, RequestId requestId) {
      this(tenant, key, level, requestId, null);
    }
  }

  /**
   * Add to the number that a linearizable key has.
   *
   * @param by negative: take away
   * @param min least sum with which it takes effect
   * @param max greatest sum with which it takes effect
   * @param stamp null of a client that does not know how to name it
   * @param fenceToken of the lock under which it is carried out; 0: none
   */
  record Increment(
      String tenant,
      byte[] key,
      long by,
      long min,
      long max,
      RequestId requestId,
      @Nullable WriteStamp stamp,
      long aboveHlc,
      long fenceToken)
      implements Operation {
    /** Digits of a number, at most. */
    private static final int SUM_BYTES = 20;

    @Override
    public @Nullable Level level() {
      return null;
    }

    @Override
    public int valueBytes() {
      return SUM_BYTES;
    }
  }

  /**
   * Change fields of the map that a linearizable key has, if they are as they must be.
   *
   * @param condition what the key must have as a whole; null: anything
   * @param stamp null of a client that does not know how to name it
   * @param fenceToken of the lock under which it is carried out; 0: none
   */
  record UpdateFields(
      String tenant,
      byte[] key,
      FieldsUpdate fields,
      @Nullable Condition condition,
      RequestId requestId,
      @Nullable WriteStamp stamp,
      long aboveHlc,
      long fenceToken)
      implements Operation {
    @Override
    public @Nullable Level level() {
      return null;
    }

    @Override
    public int valueBytes() {
      return fields.bytes() + (condition == null ? 0 : condition.valueBytes());
    }

    /** Bytes of the map that it makes, or of a value that it compares, at least. */
    @Override
    public int largestValueBytes() {
      return Math.max(fields.mapBytes(), condition == null ? 0 : condition.valueBytes());
    }
  }

  /**
   * Change fields of a key whose fields are merged (docs/design/crdts.md).
   *
   * @param writer who makes it, with whom all attempts are made
   * @param firstAttempt whether no earlier attempt can have been applied
   * @param changes those of one field follow upon each other
   * @param tenantId of the tenant that the writer counts in; 0: the client does not know it
   */
  record Update(
      String tenant,
      byte[] key,
      @Nullable Level level,
      RequestId requestId,
      Writer writer,
      boolean firstAttempt,
      List<FieldChange> changes,
      int tenantId)
      implements Operation {
    public Update {
      changes = List.copyOf(changes);
    }

    @Override
    public int valueBytes() {
      int bytes = 0;
      for (FieldChange change : changes) {
        bytes += valueBytes(change);
      }
      return bytes;
    }

    @Override
    public int largestValueBytes() {
      int most = 0;
      for (FieldChange change : changes) {
        most = Math.max(most, valueBytes(change));
      }
      return most;
    }

    private static int valueBytes(FieldChange change) {
      return switch (change) {
        case FieldChange.Count count -> 0;
        case FieldChange.Add add -> add.value().length;
        case FieldChange.Remove remove -> remove.value().length;
        case FieldChange.Assign assign -> assign.value() == null ? 0 : assign.value().length;
      };
    }
  }
}
