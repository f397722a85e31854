package io.quorate.client.internal.admin;

import com.google.protobuf.ByteString;
import io.quorate.client.admin.Action;
import io.quorate.client.admin.CallerIdentity;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import io.quorate.proto.v1.GetCallerResponse;
import io.quorate.proto.v1.GrantActions;
import io.quorate.proto.v1.RevokeActions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Our words and those on the wire, for users, roles and grants. */
final class AccessCodec {
  private AccessCodec() {}

  static CallerIdentity identity(GetCallerResponse told) {
    return CallerIdentity.builder()
        .user(told.getUser())
        .known(told.getKnown())
        .roles(told.getRolesList())
        .grants(grants(told.getGrantsList()))
        .enforced(told.getEnforced())
        .stateVersion(told.getStateVersion())
        .loggedIn(told.getLoggedIn())
        .build();
  }

  static User user(io.quorate.proto.v1.User told) {
    return User.of(told.getName(), told.getRolesList(), grants(told.getGrantsList()))
        .passwords(told.getPasswords());
  }

  static Role role(io.quorate.proto.v1.Role told) {
    return Role.of(told.getName(), grants(told.getGrantsList()), told.getBuiltIn());
  }

  static GrantActions grant(Grantee to, Grant grant) {
    GrantActions.Builder actions = GrantActions.newBuilder().setGrant(toWire(grant));
    return (to.isRole() ? actions.setRole(to.name()) : actions.setUser(to.name())).build();
  }

  static RevokeActions revocation(Grantee from, Grant grant) {
    RevokeActions.Builder actions = RevokeActions.newBuilder().setGrant(toWire(grant));
    return (from.isRole() ? actions.setRole(from.name()) : actions.setUser(from.name())).build();
  }

  private static io.quorate.proto.v1.Grant toWire(Grant grant) {
    io.quorate.proto.v1.Grant.Builder wire =
        io.quorate.proto.v1.Grant.newBuilder()
            .setTenant(grant.tenant())
            .setPrefix(ByteString.copyFrom(grant.prefix()));
    grant.actions().forEach(each -> wire.addActions(toWire(each)));
    return wire.build();
  }

  /** A grant of which no action is known here, as a newer node may tell it, is left out. */
  private static List<Grant> grants(List<io.quorate.proto.v1.Grant> told) {
    return told.stream()
        .filter(each -> !actions(each).isEmpty())
        .map(
            each ->
                Grant.of(actions(each))
                    .tenant(each.getTenant())
                    .prefix(each.getPrefix().toByteArray()))
        .toList();
  }

  private static Set<Action> actions(io.quorate.proto.v1.Grant told) {
    Set<Action> known = EnumSet.noneOf(Action.class);
    for (io.quorate.proto.v1.Action each : told.getActionsList()) {
      Action action = fromWire(each);
      if (action != null) {
        known.add(action);
      }
    }
    return known;
  }

  private static io.quorate.proto.v1.Action toWire(Action action) {
    return switch (action) {
      case READ -> io.quorate.proto.v1.Action.ACTION_READ;
      case SCAN -> io.quorate.proto.v1.Action.ACTION_SCAN;
      case WRITE -> io.quorate.proto.v1.Action.ACTION_WRITE;
      case DELETE -> io.quorate.proto.v1.Action.ACTION_DELETE;
      case LOCK -> io.quorate.proto.v1.Action.ACTION_LOCK;
      case MONITOR -> io.quorate.proto.v1.Action.ACTION_MONITOR;
      case TENANTS -> io.quorate.proto.v1.Action.ACTION_TENANTS;
      case TOPOLOGY -> io.quorate.proto.v1.Action.ACTION_TOPOLOGY;
      case MAINTENANCE -> io.quorate.proto.v1.Action.ACTION_MAINTENANCE;
      case AUDIT -> io.quorate.proto.v1.Action.ACTION_AUDIT;
      case SECURITY -> io.quorate.proto.v1.Action.ACTION_SECURITY;
    };
  }

  /** Null: this library does not know it. */
  private static @Nullable Action fromWire(io.quorate.proto.v1.Action told) {
    return switch (told) {
      case ACTION_READ -> Action.READ;
      case ACTION_SCAN -> Action.SCAN;
      case ACTION_WRITE -> Action.WRITE;
      case ACTION_DELETE -> Action.DELETE;
      case ACTION_LOCK -> Action.LOCK;
      case ACTION_MONITOR -> Action.MONITOR;
      case ACTION_TENANTS -> Action.TENANTS;
      case ACTION_TOPOLOGY -> Action.TOPOLOGY;
      case ACTION_MAINTENANCE -> Action.MAINTENANCE;
      case ACTION_AUDIT -> Action.AUDIT;
      case ACTION_SECURITY -> Action.SECURITY;
      case ACTION_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }
}
