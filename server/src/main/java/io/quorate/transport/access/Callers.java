package io.quorate.transport.access;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerTransportFilter;
import io.quorate.access.User;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
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

  /** Tells a stranger nothing of why: that is for the audit. */
  private static final Failure NO_LOGIN =
      Failure.refused(
          Reason.UNAUTHENTICATED,
          "the call shows a token that is not good: its time, its password or its key is over, or"
              + " this node does not know of those yet, or the connection has no TLS. Nothing was"
              + " done; log in again. The audit of the node says why it is not good");

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

  /**
   * Who makes a call.
   *
   * @param call its attributes
   */
  public Caller of(Attributes call) {
    Caller loggedIn = call.get(LoggedInCall.CALLER);
    return loggedIn == null ? ofConnection(call).byCertificate() : loggedIn;
  }

  private ConnectionCallers ofConnection(Attributes call) {
    ConnectionCallers known = call.get(CALLERS);
    return known == null ? new ConnectionCallers(identified(call)) : known;
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

  /** What a call shows by its token. */
  sealed interface Shown {}

  /** A user. */
  record Known(Caller caller) implements Shown {}

  /** None: the call ends with this. */
  record Unknown(Failure answer) implements Shown {}

  /** Who makes a call that shows a token. What is refused is told, if it matters who calls. */
  Shown of(Attributes call, String token) {
    ConnectionCallers connection = ofConnection(call);
    Origin origin = connection.byCertificate().origin();
    TokenVerdict verdict =
        origin.isEncrypted()
            ? connection.judge(token, rules)
            : new TokenVerdict.Bad(LoginResult.PLAINTEXT, null, "a token came without TLS");
    return switch (verdict) {
      case TokenVerdict.Good(ShownLogin login) -> new Known(connection.loggedIn(login));
      case TokenVerdict.Bad(LoginResult result, String user, String why) -> {
        refused(origin, result, user, why);
        yield new Unknown(NO_LOGIN);
      }
      case TokenVerdict.Later(LoginResult result, String user, Failure answer) -> {
        refused(origin, result, user, answer.message());
        yield new Unknown(answer);
      }
    };
  }

  private void refused(Origin origin, LoginResult result, @Nullable String user, String why) {
    if (rules.isEnforced()) {
      rules.refused(
          new TransportEvent.LoginRefused(result, user, why, origin.from(), origin.certificate()));
    }
  }
}
