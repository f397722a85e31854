package io.quorate.transport.access;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import io.quorate.access.User;
import io.quorate.replication.api.Failure;
import io.quorate.transport.ClientPlaces;
import io.quorate.transport.event.LoginResult;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.UserCertificates;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds out, once for each connection, as whom it is known. */
public final class Callers extends ServerTransportFilter {
  private static final Attributes.Key<ConnectionCallers> CALLERS =
      Attributes.Key.create("quorate-callers");

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "bearer ";

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
    Caller caller = identified(connection);
    return connection.toBuilder()
        .set(CALLERS, new ConnectionCallers(caller))
        .set(ClientPlaces.OF_STRANGER, caller::isStranger)
        .build();
  }

  private Caller identified(Attributes connection) {
    boolean isNode = nodes.test(connection);
    String named = isNode ? User.NODE : users.apply(connection);
    boolean isUser = named != null && (isNode || !named.equals(User.NODE));
    return new Caller(isUser ? named : User.ANONYMOUS, isNode, Origin.of(connection), rules);
  }

  /** Who makes a call. */
  public Caller of(ServerCall<?, ?> call) {
    Caller loggedIn = call.getAttributes().get(LoggedInCall.CALLER);
    return loggedIn == null ? ofConnection(call).byCertificate() : loggedIn;
  }

  private ConnectionCallers ofConnection(ServerCall<?, ?> call) {
    ConnectionCallers known = call.getAttributes().get(CALLERS);
    return known == null ? new ConnectionCallers(identified(call.getAttributes())) : known;
  }

  /** The token that a call shows; null if it shows none. */
  static @Nullable String token(Metadata headers) {
    String shown = headers.get(AUTHORIZATION);
    // What a proxy adds for itself, as "Basic ...", is no matter of ours.
    return shown != null && shown.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? shown.substring(BEARER.length())
        : null;
  }

  /** Whether it matters who calls. */
  boolean areLookedAt() {
    return rules.isEnforced();
  }

  /** A call shows a token of no login. */
  void refused(ServerCall<?, ?> call, Failure refusal) {
    Origin origin = ofConnection(call).byCertificate().origin();
    rules.refused(
        new TransportEvent.LoginRefused(
            LoginResult.REFUSED, null, refusal.message(), origin.from(), origin.certificate()));
  }

  /** Who makes a call that shows a token; null if that is not good. */
  @Nullable Caller of(ServerCall<?, ?> call, String token) {
    ConnectionCallers connection = ofConnection(call);
    return connection.byCertificate().origin().isEncrypted()
        ? connection.byToken(token, rules)
        : null;
  }
}
