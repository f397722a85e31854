package io.quorate.transport.codec.admin;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.quorate.cluster.Command;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.RestoredInto;
import io.quorate.transport.codec.FactorCodec;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code quorate.v1.Tenant} and the request that alters one, by the generated classes. Settings are
 * fields of the same name.
 */
public final class TenantCodec {
  private static final List<SettingField<?>> OF_TENANT =
      fields(io.quorate.proto.v1.Tenant.getDescriptor(), setting -> true);

  /**
   * What a request for a tenant says. Fields of restores are never absent: read as 0, they would be
   * said, and a cluster at version 1 does not know them.
   */
  private static final List<SettingField<?>> OF_CREATION =
      fields(
          io.quorate.proto.v1.Tenant.getDescriptor(),
          setting -> setting.given() != TenantSetting.Given.BY_A_RESTORE);

  private static final List<SettingField<?>> OF_ALTERATION =
      fields(AlterTenantRequest.getDescriptor(), setting -> !setting.isFixed());

  /** What a restore changes of a tenant that was there. */
  private static final List<SettingField<?>> OF_RESTORED =
      fields(io.quorate.proto.v1.Tenant.getDescriptor(), setting -> !setting.isFixed());

  private TenantCodec() {}

  private static List<SettingField<?>> fields(
      Descriptor message, Predicate<TenantSetting<?>> which) {
    return TenantSetting.ALL.stream()
        .filter(which)
        .<SettingField<?>>map(setting -> SettingField.of(setting, message))
        .toList();
  }

  public static io.quorate.proto.v1.Tenant tenant(Tenant tenant) {
    io.quorate.proto.v1.Tenant.Builder out =
        io.quorate.proto.v1.Tenant.newBuilder()
            .setName(tenant.name())
            .setId(tenant.id())
            .setReplicationFactor(tenant.replicationFactor())
            .setNextReplicationFactor(
                tenant.replication().isAltered() ? tenant.replication().goal().replicas() : 0)
            .addAllReplicasByRegion(FactorCodec.byRegion(tenant.replication().factor()));
    if (tenant.replication().isAltered()) {
      out.addAllNextReplicasByRegion(FactorCodec.byRegion(tenant.replication().goal()));
    }
    OF_TENANT.forEach(field -> field.write(out, tenant));
    return out.build();
  }

  /**
   * The command to create a tenant.
   *
   * @throws IllegalArgumentException if it asks for what is not known here, or what only a restore
   *     gives; the message says what
   */
  public static Command.CreateTenant createTenant(io.quorate.proto.v1.Tenant tenant) {
    if (tenant.getRestoring() != 0
        || tenant.getRestoredFrom() != 0
        || tenant.getRestoredInto() != RestoredInto.RESTORED_INTO_UNSPECIFIED) {
      throw new IllegalArgumentException(
          "tenant '%s': restoring, restored_from and restored_into are given by a restore: begin one"
              .formatted(tenant.getName()));
    }
    return create(tenant, OF_CREATION);
  }

  /**
   * The command to create a tenant for what a backup has of it.
   *
   * @param hlc at which all of it is written, on the hybrid clock
   * @param backup its id
   * @throws IllegalArgumentException if it asks for what is not known here; the message says what
   */
  public static Command.CreateTenant beginRestore(
      io.quorate.proto.v1.Tenant tenant, long hlc, long backup) {
    return create(
        tenant.toBuilder().setRestoring(hlc).setRestoredFrom(backup).clearRestoredInto().build(),
        OF_TENANT);
  }

  /**
   * The command to open a tenant that was restored.
   *
   * @param said what it is to have from now on if it was there before, beside what is given at its
   *     creation; null: what it has
   * @throws IllegalArgumentException if it asks for what is not known here; the message says what
   */
  public static Command.FinishRestore finishRestore(
      String name, int tenantId, io.quorate.proto.v1.@Nullable Tenant said) {
    return said == null
        ? new Command.FinishRestore(name, tenantId, ReplicationFactor.UNSAID, TenantSettings.NONE)
        : new Command.FinishRestore(
            name,
            tenantId,
            FactorCodec.factor(said.getReplicationFactor(), said.getReplicasByRegionList()),
            settings(said, OF_RESTORED));
  }

  private static Command.CreateTenant create(
      io.quorate.proto.v1.Tenant tenant, List<SettingField<?>> fields) {
    return new Command.CreateTenant(
        tenant.getName(),
        FactorCodec.factor(tenant.getReplicationFactor(), tenant.getReplicasByRegionList()),
        settings(tenant, fields));
  }

  /**
   * The command to change a tenant's defaults.
   *
   * @throws IllegalArgumentException if it asks for what is not known here; the message says what
   */
  public static Command.AlterTenant alterTenant(AlterTenantRequest request) {
    return new Command.AlterTenant(
        request.getName(),
        settings(request, OF_ALTERATION),
        FactorCodec.factor(request.getReplicationFactor(), request.getReplicasByRegionList()));
  }

  private static TenantSettings settings(Message message, List<SettingField<?>> fields) {
    TenantSettings settings = TenantSettings.NONE;
    for (SettingField<?> field : fields) {
      settings = field.read(message, settings);
    }
    return settings;
  }
}
