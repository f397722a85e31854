package io.quorate.transport.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.access.Permissions;
import io.quorate.access.TenantPattern;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.WatchPlacementResponse;
import io.quorate.transport.access.Caller;
import java.util.List;
import java.util.Set;

/**
 * The placement as one client may see it: without tenants that its user is granted nothing on.
 * Those who may know all tenants, as most do, share the bytes of all others. Owned by the lane.
 */
final class PlacementView {
  private final Caller caller;
  private long edition;
  private Set<TenantPattern> knows = Set.of();

  PlacementView(Caller caller) {
    this.caller = caller;
    look();
  }

  private void look() {
    edition = caller.rules().edition();
    knows = caller.permissions().knows();
  }

  /**
   * Whether other tenants may be seen than before: the client has to be told all of them again.
   * Asked once, it is so no more.
   */
  boolean hasChanged() {
    if (edition == caller.rules().edition()) {
      return false;
    }
    Set<TenantPattern> before = knows;
    look();
    return !knows.equals(before) && !(before.contains(TenantPattern.ALL) && isWhole());
  }

  /**
   * The version that an update may build on.
   *
   * @param known the version that the client has
   * @return 0 if the client was told of other tenants than it may know of now
   */
  long baseOf(long known) {
    return known < caller.rules().changedAt() ? 0 : known;
  }

  private boolean isWhole() {
    return knows.contains(TenantPattern.ALL);
  }

  /** What the client is sent of an update. */
  byte[] of(byte[] message) {
    if (isWhole()) {
      return message;
    }
    try {
      WatchPlacementResponse all = WatchPlacementResponse.parseFrom(message);
      if (all.getTenantsCount() == 0 && all.getRemovedTenantsCount() == 0) {
        return message;
      }
      Permissions permissions = caller.permissions();
      return all.toBuilder()
          .clearTenants()
          .addAllTenants(visible(all.getTenantsList(), permissions))
          .clearRemovedTenants()
          .addAllRemovedTenants(
              all.getRemovedTenantsList().stream().filter(permissions::allowKnowing).toList())
          .build()
          .toByteArray();
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("an update that this node has made", impossible);
    }
  }

  /** The same of a placement that a client asks for. */
  static GetPlacementResponse of(GetPlacementResponse all, Caller caller) {
    Permissions permissions = caller.permissions();
    return permissions.allowKnowingAllTenants()
        ? all
        : all.toBuilder()
            .clearTenants()
            .addAllTenants(visible(all.getTenantsList(), permissions))
            .build();
  }

  private static List<Tenant> visible(List<Tenant> all, Permissions permissions) {
    return all.stream().filter(each -> permissions.allowKnowing(each.getName())).toList();
  }
}
