package io.quorate.transport.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.quorate.cluster.Command;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.proto.v1.AlterTenantRequest;
import java.util.List;
import java.util.function.Predicate;

/**
 * {@code quorate.v1.Tenant} and the request that alters one, by the generated classes. Settings are
 * fields of the same name.
 */
public final class TenantCodec {
  private static final List<SettingField<?>> OF_TENANT =
      fields(io.quorate.proto.v1.Tenant.getDescriptor(), setting -> true);
  private static final List<SettingField<?>> OF_ALTERATION =
      fields(AlterTenantRequest.getDescriptor(), setting -> !setting.isFixed());

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
   * @throws IllegalArgumentException if it asks for what is not known here; the message says what
   */
  public static Command.CreateTenant createTenant(io.quorate.proto.v1.Tenant tenant) {
    return new Command.CreateTenant(
        tenant.getName(),
        FactorCodec.factor(tenant.getReplicationFactor(), tenant.getReplicasByRegionList()),
        settings(tenant, OF_TENANT));
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
