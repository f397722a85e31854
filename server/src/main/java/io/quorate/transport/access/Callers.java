package io.quorate.transport.access;

import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import io.quorate.access.User;
import io.quorate.transport.RemotePlace;
import io.quorate.transport.tls.ShownCertificate;
import io.quorate.transport.tls.UserCertificates;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds out, once for each connection, as whom it is known. */
public final class Callers extends ServerTransportFilter {
  private static final Attributes.Key<Caller> CALLER = Attributes.Key.create("quorate-caller");

  private final Function<Attributes, @Nullable String> users;
  private final Predicate<Attributes> nodes;
  private final RuleBook rules;

  public Callers(UserCertificates certificates, RuleBook rules) {
    this(certificates::userOf, certificates::isOfNode, rules);
  }

  /**
   * @param users names the user of a connection; null for none
   * @param nodes whether a connection is that of a node
   */
  Callers(
      Function<Attributes, @Nullable String> users, Predicate<Attributes> nodes, RuleBook rules) {
    this.users = users;
    this.nodes = nodes;
    this.rules = rules;
  }

  @Override
  public Attributes transportReady(Attributes connection) {
    return connection.toBuilder().set(CALLER, identified(connection)).build();
  }

  private Caller identified(Attributes connection) {
    boolean isNode = nodes.test(connection);
    String named = isNode ? User.NODE : users.apply(connection);
    boolean isUser = named != null && (isNode || !named.equals(User.NODE));
    return new Caller(
        isUser ? named : User.ANONYMOUS,
        isNode,
        RemotePlace.of(connection),
        ShownCertificate.subject(connection),
        rules);
  }

  /** Who makes a call. */
  public Caller of(ServerCall<?, ?> call) {
    Caller known = call.getAttributes().get(CALLER);
    return known == null ? identified(call.getAttributes()) : known;
  }
}
