package io.quorate.client.fake;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.ChangeAccessRequest;
import io.quorate.proto.v1.ChangeAccessResponse;
import io.quorate.proto.v1.GetCallerRequest;
import io.quorate.proto.v1.GetCallerResponse;
import io.quorate.proto.v1.Grant;
import io.quorate.proto.v1.ListRolesRequest;
import io.quorate.proto.v1.ListRolesResponse;
import io.quorate.proto.v1.ListUsersRequest;
import io.quorate.proto.v1.ListUsersResponse;
import io.quorate.proto.v1.LogInRequest;
import io.quorate.proto.v1.LogInResponse;
import io.quorate.proto.v1.Role;
import io.quorate.proto.v1.User;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Users, roles and grants as requests change them, without the rules that a cluster has for them.
 * Remembers what it was asked, and refuses if a test says so.
 */
public final class FakeAccess extends AccessGrpc.AccessImplBase {
  private static final Pattern VERIFIER =
      Pattern.compile("SCRAM-SHA-256\\$(\\d+):([^$]+)\\$[^:]+:.+");

  /** Each change that was asked for, in order, refused ones too. */
  public final List<ChangeAccessRequest> changes = new CopyOnWriteArrayList<>();

  /** What each caller is told that it is. */
  public volatile GetCallerResponse identity = GetCallerResponse.getDefaultInstance();

  /** With what each question but who one is is refused; null: with nothing. */
  public volatile @Nullable StatusRuntimeException refusal;

  /** What it warns of when a change is made. */
  public volatile List<String> warnings = List.of();

  /** With what each login is refused; null: the node knows of no logins. */
  public volatile @Nullable Status loginRefusal;

  private final Map<String, User> users = new TreeMap<>();
  private final Map<String, Role> roles = new TreeMap<>();

  public synchronized void put(User user) {
    users.put(user.getName(), user);
  }

  public synchronized void put(Role role) {
    roles.put(role.getName(), role);
  }

  @Override
  public StreamObserver<LogInRequest> logIn(StreamObserver<LogInResponse> out) {
    Status why = loginRefusal;
    if (why == null) {
      return super.logIn(out);
    }
    out.onError(why.asRuntimeException());
    return new StreamObserver<>() {
      @Override
      public void onNext(LogInRequest request) {}

      @Override
      public void onError(Throwable left) {}

      @Override
      public void onCompleted() {}
    };
  }

  @Override
  public void getCaller(GetCallerRequest ask, StreamObserver<GetCallerResponse> out) {
    out.onNext(identity);
    out.onCompleted();
  }

  @Override
  public synchronized void listUsers(ListUsersRequest ask, StreamObserver<ListUsersResponse> out) {
    if (!isRefused(out)) {
      out.onNext(ListUsersResponse.newBuilder().addAllUsers(users.values()).build());
      out.onCompleted();
    }
  }

  @Override
  public synchronized void listRoles(ListRolesRequest ask, StreamObserver<ListRolesResponse> out) {
    if (!isRefused(out)) {
      out.onNext(ListRolesResponse.newBuilder().addAllRoles(roles.values()).build());
      out.onCompleted();
    }
  }

  @Override
  public synchronized void changeAccess(
      ChangeAccessRequest ask, StreamObserver<ChangeAccessResponse> out) {
    changes.add(ask);
    if (isRefused(out)) {
      return;
    }
    try {
      change(ask);
    } catch (StatusRuntimeException refused) {
      out.onError(refused);
      return;
    }
    out.onNext(
        ChangeAccessResponse.newBuilder()
            .setStateVersion(changes.size())
            .addAllWarnings(warnings)
            .build());
    out.onCompleted();
  }

  private boolean isRefused(StreamObserver<?> out) {
    StatusRuntimeException why = refusal;
    if (why != null) {
      out.onError(why);
    }
    return why != null;
  }

  private void change(ChangeAccessRequest ask) {
    switch (ask.getChangeCase()) {
      case CREATE_USER ->
          put(
              User.newBuilder()
                  .setName(ask.getCreateUser().getName())
                  .addAllRoles(ask.getCreateUser().getRolesList())
                  .build());
      case DROP_USER -> users.remove(ask.getDropUser().getName());
      case CREATE_ROLE -> put(Role.newBuilder().setName(ask.getCreateRole().getName()).build());
      case DROP_ROLE -> roles.remove(ask.getDropRole().getName());
      case GIVE_ROLE ->
          put(
              user(ask.getGiveRole().getUser()).toBuilder()
                  .addRoles(ask.getGiveRole().getRole())
                  .build());
      case TAKE_ROLE -> {
        User user = user(ask.getTakeRole().getUser());
        List<String> left = new ArrayList<>(user.getRolesList());
        left.remove(ask.getTakeRole().getRole());
        put(user.toBuilder().clearRoles().addAllRoles(left).build());
      }
      case GRANT -> {
        Grant grant = ask.getGrant().getGrant();
        if (ask.getGrant().hasRole()) {
          put(role(ask.getGrant().getRole()).toBuilder().addGrants(grant).build());
        } else {
          put(user(ask.getGrant().getUser()).toBuilder().addGrants(grant).build());
        }
      }
      case REVOKE -> {
        Grant grant = ask.getRevoke().getGrant();
        if (ask.getRevoke().hasRole()) {
          Role role = role(ask.getRevoke().getRole());
          List<Grant> left = without(grant, role.getGrantsList());
          put(role.toBuilder().clearGrants().addAllGrants(left).build());
        } else {
          User user = user(ask.getRevoke().getUser());
          List<Grant> left = without(grant, user.getGrantsList());
          put(user.toBuilder().clearGrants().addAllGrants(left).build());
        }
      }
      case SET_PASSWORD -> {
        User user = user(ask.getSetPassword().getUser());
        Matcher verifier = VERIFIER.matcher(ask.getSetPassword().getVerifier());
        if (!verifier.matches()) {
          throw Status.INVALID_ARGUMENT.asRuntimeException();
        }
        byte[] salt = Base64.getDecoder().decode(verifier.group(2));
        put(
            user.toBuilder()
                .setPasswords(ask.getSetPassword().getKeepPrevious() ? 2 : 1)
                .setPasswordSalt(ByteString.copyFrom(salt))
                .setPasswordIterations(Integer.parseInt(verifier.group(1)))
                .build());
      }
      case DROP_PASSWORDS -> {
        User user = user(ask.getDropPasswords().getUser());
        put(
            user.toBuilder()
                .setPasswords(ask.getDropPasswords().getPreviousOnly() ? 1 : 0)
                .build());
      }
      case CHANGE_NOT_SET -> throw Status.INVALID_ARGUMENT.asRuntimeException();
    }
  }

  private static List<Grant> without(Grant grant, List<Grant> grants) {
    return grants.stream().filter(each -> !each.equals(grant)).toList();
  }

  private User user(String name) {
    User known = users.get(name);
    if (known == null) {
      throw Status.FAILED_PRECONDITION.withDescription("no user " + name).asRuntimeException();
    }
    return known;
  }

  private Role role(String name) {
    Role known = roles.get(name);
    if (known == null) {
      throw Status.FAILED_PRECONDITION.withDescription("no role " + name).asRuntimeException();
    }
    return known;
  }
}
