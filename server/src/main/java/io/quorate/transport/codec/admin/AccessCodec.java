package io.quorate.transport.codec.admin;

import com.google.protobuf.ByteString;
import io.quorate.access.AccessChange;
import io.quorate.access.AccessChange.AddGrant;
import io.quorate.access.AccessChange.CreateRole;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.DropPasswords;
import io.quorate.access.AccessChange.DropRole;
import io.quorate.access.AccessChange.DropUser;
import io.quorate.access.AccessChange.GiveRole;
import io.quorate.access.AccessChange.RevokeGrant;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessChange.TakeRole;
import io.quorate.access.Action;
import io.quorate.access.Grant;
import io.quorate.access.Grantee;
import io.quorate.access.KeyPrefix;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.access.Role;
import io.quorate.access.TenantPattern;
import io.quorate.access.User;
import io.quorate.proto.v1.ChangeAccessRequest;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The words of {@code quorate.v1.Access}, by the generated classes. */
public final class AccessCodec {
  private AccessCodec() {}

  public static io.quorate.proto.v1.User user(User user) {
    io.quorate.proto.v1.User.Builder said =
        io.quorate.proto.v1.User.newBuilder()
            .setName(user.name())
            .addAllRoles(user.roles())
            .addAllGrants(grants(user.grants().all()));
    List<PasswordVerifier> passwords = user.passwords().verifiers();
    if (!passwords.isEmpty()) {
      said.setPasswords(passwords.size())
          .setPasswordSalt(
              ByteString.copyFrom(Base64.getDecoder().decode(passwords.getFirst().salt())))
          .setPasswordIterations(passwords.getFirst().iterations());
    }
    return said.build();
  }

  public static io.quorate.proto.v1.Role role(Role role, boolean builtIn) {
    return io.quorate.proto.v1.Role.newBuilder()
        .setName(role.name())
        .addAllGrants(grants(role.grants().all()))
        .setBuiltIn(builtIn)
        .build();
  }

  public static List<io.quorate.proto.v1.Grant> grants(Collection<Grant> grants) {
    return grants.stream().map(AccessCodec::grant).toList();
  }

  private static io.quorate.proto.v1.Grant grant(Grant grant) {
    return io.quorate.proto.v1.Grant.newBuilder()
        .addAllActions(grant.actions().stream().map(AccessCodec::action).toList())
        .setTenant(grant.tenants().text())
        .setPrefix(ByteString.copyFrom(grant.prefix().toBytes()))
        .build();
  }

  /**
   * Reads what is to be changed.
   *
   * @param secret the cluster's from now on, if it has none yet and needs one
   * @throws IllegalArgumentException if there is no such change; says why
   */
  public static AccessChange change(ChangeAccessRequest request, LoginSecret secret) {
    return switch (request.getChangeCase()) {
      case CREATE_USER ->
          new CreateUser(
              request.getCreateUser().getName(),
              new TreeSet<>(request.getCreateUser().getRolesList()));
      case DROP_USER -> new DropUser(request.getDropUser().getName());
      case CREATE_ROLE -> new CreateRole(request.getCreateRole().getName());
      case DROP_ROLE -> new DropRole(request.getDropRole().getName());
      case GIVE_ROLE ->
          new GiveRole(request.getGiveRole().getUser(), request.getGiveRole().getRole());
      case TAKE_ROLE ->
          new TakeRole(request.getTakeRole().getUser(), request.getTakeRole().getRole());
      case GRANT ->
          new AddGrant(
              switch (request.getGrant().getToCase()) {
                case USER -> new Grantee(Grantee.Kind.USER, request.getGrant().getUser());
                case ROLE -> new Grantee(Grantee.Kind.ROLE, request.getGrant().getRole());
                case TO_NOT_SET -> throw noGrantee();
              },
              grant(request.getGrant().getGrant()));
      case REVOKE ->
          new RevokeGrant(
              switch (request.getRevoke().getFromCase()) {
                case USER -> new Grantee(Grantee.Kind.USER, request.getRevoke().getUser());
                case ROLE -> new Grantee(Grantee.Kind.ROLE, request.getRevoke().getRole());
                case FROM_NOT_SET -> throw noGrantee();
              },
              grant(request.getRevoke().getGrant()));
      case SET_PASSWORD ->
          new SetPassword(
              request.getSetPassword().getUser(),
              PasswordVerifier.parse(request.getSetPassword().getVerifier()),
              request.getSetPassword().getKeepPrevious(),
              secret);
      case DROP_PASSWORDS ->
          new DropPasswords(
              request.getDropPasswords().getUser(), request.getDropPasswords().getPreviousOnly());
      case CHANGE_NOT_SET ->
          throw new IllegalArgumentException("no change is named: set one of them");
    };
  }

  private static IllegalArgumentException noGrantee() {
    return new IllegalArgumentException("neither a user nor a role is named: set one of them");
  }

  private static Grant grant(io.quorate.proto.v1.Grant grant) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    grant.getActionsList().forEach(action -> actions.add(action(action)));
    return new Grant(
        actions,
        new TenantPattern(grant.getTenant()),
        KeyPrefix.of(grant.getPrefix().toByteArray()));
  }

  private static Action action(io.quorate.proto.v1.Action action) {
    return switch (action) {
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
      case ACTION_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("an action that this node does not know");
    };
  }

  private static io.quorate.proto.v1.Action action(Action action) {
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
}
