package io.quorate.client.internal.admin;

import io.grpc.MethodDescriptor;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.admin.AccessChange;
import io.quorate.client.admin.AsyncAccess;
import io.quorate.client.admin.CallerIdentity;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.User;
import io.quorate.client.internal.engine.Asking.Effect;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.text.Quoted;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.ChangeAccessRequest;
import io.quorate.proto.v1.CreateRole;
import io.quorate.proto.v1.CreateUser;
import io.quorate.proto.v1.DropPasswords;
import io.quorate.proto.v1.DropRole;
import io.quorate.proto.v1.DropUser;
import io.quorate.proto.v1.GetCallerRequest;
import io.quorate.proto.v1.GiveRole;
import io.quorate.proto.v1.ListRolesRequest;
import io.quorate.proto.v1.ListUsersRequest;
import io.quorate.proto.v1.SetPassword;
import io.quorate.proto.v1.TakeRole;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks nodes who may do what, one after the other until one answers: see {@link AnyNode}. */
public final class UnaryAccess implements AsyncAccess {
  private final AnyNode nodes;

  public UnaryAccess(Engine engine, Duration timeout) {
    this.nodes = new AnyNode(engine, timeout);
  }

  @Override
  public CompletableFuture<CallerIdentity> whoAmI() {
    return look(
            "identity of this client",
            AccessGrpc.getGetCallerMethod(),
            GetCallerRequest.getDefaultInstance())
        .thenApply(AccessCodec::identity);
  }

  @Override
  public CompletableFuture<List<User>> users() {
    return look(
            "list of users", AccessGrpc.getListUsersMethod(), ListUsersRequest.getDefaultInstance())
        .thenApply(answer -> answer.getUsersList().stream().map(AccessCodec::user).toList());
  }

  @Override
  public CompletableFuture<List<Role>> roles() {
    return look(
            "list of roles", AccessGrpc.getListRolesMethod(), ListRolesRequest.getDefaultInstance())
        .thenApply(answer -> answer.getRolesList().stream().map(AccessCodec::role).toList());
  }

  @Override
  public CompletableFuture<AccessChange> createUser(String name, Collection<String> roles) {
    return change(
        "creation of user " + Quoted.of(name),
        Stream.concat(Stream.of(Checks.user(name)), roles.stream().map(Checks::role)),
        () ->
            ChangeAccessRequest.newBuilder()
                .setCreateUser(CreateUser.newBuilder().setName(name).addAllRoles(roles)));
  }

  @Override
  public CompletableFuture<AccessChange> setPassword(String user, String password) {
    return setPassword(user, password, PasswordHash.fresh(), false);
  }

  @Override
  public CompletableFuture<AccessChange> replacePassword(String user, String password) {
    return passwords(user)
        .thenCompose(
            known ->
                known.getPasswords() == 0
                    ? setPassword(user, password, PasswordHash.fresh(), false)
                    : setPassword(
                        user,
                        password,
                        new PasswordHash(
                            known.getPasswordSalt().toByteArray(), known.getPasswordIterations()),
                        true));
  }

  /** What the cluster says of a user; of one that there is not, that it has no password. */
  private CompletableFuture<io.quorate.proto.v1.User> passwords(String user) {
    return look(
            "passwords of user " + Quoted.of(user),
            AccessGrpc.getListUsersMethod(),
            ListUsersRequest.getDefaultInstance())
        .thenApply(
            answer ->
                answer.getUsersList().stream()
                    .filter(each -> each.getName().equals(user))
                    .findFirst()
                    .orElse(io.quorate.proto.v1.User.getDefaultInstance()));
  }

  /** Hashes the password elsewhere: that takes a while. */
  private CompletableFuture<AccessChange> setPassword(
      String user, String password, PasswordHash hash, boolean keepPrevious) {
    return CompletableFuture.supplyAsync(() -> hash.verifier(password))
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    failure.getCause() == null ? failure : failure.getCause()))
        .thenCompose(
            verifier ->
                change(
                    "new password of user " + Quoted.of(user),
                    Stream.of(Checks.user(user)),
                    () ->
                        ChangeAccessRequest.newBuilder()
                            .setSetPassword(
                                SetPassword.newBuilder()
                                    .setUser(user)
                                    .setVerifier(verifier)
                                    .setKeepPrevious(keepPrevious))));
  }

  @Override
  public CompletableFuture<AccessChange> dropPreviousPassword(String user) {
    return dropPasswords(user, true);
  }

  @Override
  public CompletableFuture<AccessChange> dropPasswords(String user) {
    return dropPasswords(user, false);
  }

  private CompletableFuture<AccessChange> dropPasswords(String user, boolean previousOnly) {
    return change(
        "dropping of passwords of user " + Quoted.of(user),
        Stream.of(Checks.user(user)),
        () ->
            ChangeAccessRequest.newBuilder()
                .setDropPasswords(
                    DropPasswords.newBuilder().setUser(user).setPreviousOnly(previousOnly)));
  }

  @Override
  public CompletableFuture<AccessChange> dropUser(String name) {
    return change(
        "dropping of user " + Quoted.of(name),
        Stream.of(Checks.user(name)),
        () -> ChangeAccessRequest.newBuilder().setDropUser(DropUser.newBuilder().setName(name)));
  }

  @Override
  public CompletableFuture<AccessChange> createRole(String name) {
    return change(
        "creation of role " + Quoted.of(name),
        Stream.of(Checks.role(name)),
        () ->
            ChangeAccessRequest.newBuilder().setCreateRole(CreateRole.newBuilder().setName(name)));
  }

  @Override
  public CompletableFuture<AccessChange> dropRole(String name) {
    return change(
        "dropping of role " + Quoted.of(name),
        Stream.of(Checks.role(name)),
        () -> ChangeAccessRequest.newBuilder().setDropRole(DropRole.newBuilder().setName(name)));
  }

  @Override
  public CompletableFuture<AccessChange> giveRole(String user, String role) {
    return change(
        "giving of role " + Quoted.of(role) + " to user " + Quoted.of(user),
        Stream.of(Checks.user(user), Checks.role(role)),
        () ->
            ChangeAccessRequest.newBuilder()
                .setGiveRole(GiveRole.newBuilder().setUser(user).setRole(role)));
  }

  @Override
  public CompletableFuture<AccessChange> takeRole(String user, String role) {
    return change(
        "taking of role " + Quoted.of(role) + " from user " + Quoted.of(user),
        Stream.of(Checks.user(user), Checks.role(role)),
        () ->
            ChangeAccessRequest.newBuilder()
                .setTakeRole(TakeRole.newBuilder().setUser(user).setRole(role)));
  }

  @Override
  public CompletableFuture<AccessChange> grant(Grantee to, Grant grant) {
    return change(
        "grant to " + named(to),
        Stream.of(refusal(to), Checks.tenant(grant.tenant())),
        () -> ChangeAccessRequest.newBuilder().setGrant(AccessCodec.grant(to, grant)));
  }

  @Override
  public CompletableFuture<AccessChange> revoke(Grantee from, Grant grant) {
    return change(
        "revocation from " + named(from),
        Stream.of(refusal(from), Checks.tenant(grant.tenant())),
        () -> ChangeAccessRequest.newBuilder().setRevoke(AccessCodec.revocation(from, grant)));
  }

  private static String named(Grantee grantee) {
    return (grantee.isRole() ? "role " : "user ") + Quoted.of(grantee.name());
  }

  private static @Nullable InvalidRequestException refusal(Grantee grantee) {
    return grantee.isRole() ? Checks.role(grantee.name()) : Checks.user(grantee.name());
  }

  private <Q, A> CompletableFuture<A> look(String what, MethodDescriptor<Q, A> method, Q question) {
    return nodes.ask(what, method, question, Effect.NONE, false);
  }

  /**
   * Asks for a change, under an id of its own.
   *
   * @param refusals what is wrong with each of its names, null if nothing is: the first one ends it
   */
  private CompletableFuture<AccessChange> change(
      String what,
      Stream<@Nullable InvalidRequestException> refusals,
      Supplier<ChangeAccessRequest.Builder> change) {
    InvalidRequestException refused = refusals.filter(Objects::nonNull).findFirst().orElse(null);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    return nodes
        .ask(
            what,
            AccessGrpc.getChangeAccessMethod(),
            change.get().setRequestId(RequestIds.bytes(null)).build(),
            Effect.ONCE,
            false)
        .thenApply(answer -> AccessChange.of(answer.getStateVersion(), answer.getWarningsList()));
  }
}
