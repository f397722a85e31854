package io.quorate.replication.api;

import io.quorate.model.RequestId;
import io.quorate.placement.Level;
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

  /**
   * Store a value.
   *
   * @param value not to be changed
   * @param ttlMillis until the value expires; 0: the tenant's default
   */
  record Put(
      String tenant,
      byte[] key,
      byte[] value,
      @Nullable Level level,
      long ttlMillis,
      RequestId requestId)
      implements Operation {}

  /** Read the newest value. */
  record Get(String tenant, byte[] key, @Nullable Level level, ReadRepair repair)
      implements Operation {
    /** Repairs as reads usually do. */
    public Get(String tenant, byte[] key, @Nullable Level level) {
      this(tenant, key, level, ReadRepair.BLOCKING);
    }
  }

  /** Delete what is there. */
  record Delete(String tenant, byte[] key, @Nullable Level level, RequestId requestId)
      implements Operation {}
}
