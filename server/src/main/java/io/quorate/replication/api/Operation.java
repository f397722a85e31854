package io.quorate.replication.api;

import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
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

  /**
   * Store a value.
   *
   * @param value not to be changed
   * @param ttlMillis until the value expires; 0: the tenant's default
   * @param stamp of a tenant whose writes take effect at most once; null: there is none
   */
  record Put(
      String tenant,
      byte[] key,
      byte[] value,
      @Nullable Level level,
      long ttlMillis,
      RequestId requestId,
      @Nullable WriteStamp stamp)
      implements Operation {
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
   */
  record Get(String tenant, byte[] key, @Nullable Level level, @Nullable ReadRepair repair)
      implements Operation {
    /** Repairs as the tenant's reads do. */
    public Get(String tenant, byte[] key, @Nullable Level level) {
      this(tenant, key, level, null);
    }
  }

  /**
   * Delete what is there.
   *
   * @param stamp of a tenant whose writes take effect at most once; null: there is none
   */
  record Delete(
      String tenant,
      byte[] key,
      @Nullable Level level,
      RequestId requestId,
      @Nullable WriteStamp stamp)
      implements Operation {
    /** Stamped by its coordinator. */
    public Delete(String tenant, byte[] key, @Nullable Level level, RequestId requestId) {
      this(tenant, key, level, requestId, null);
    }
  }
}
