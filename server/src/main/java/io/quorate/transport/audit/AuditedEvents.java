package io.quorate.transport.audit;

import io.quorate.event.Event;
import io.quorate.model.Quoted;
import io.quorate.transport.event.TransportEvent;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what happens to a node that an audit asks for and that is no call. */
public final class AuditedEvents implements Consumer<Event> {
  private final AuditLog log;

  public AuditedEvents(AuditLog log) {
    this.log = log;
  }

  @Override
  public void accept(Event event) {
    if (event instanceof TransportEvent.RefusalsLeftOut(long refusals)) {
      log.leftOut(refusals);
      return;
    }
    // Most events are of requests, and there are several for each of them.
    AuditRecord record = event instanceof TransportEvent seldom ? record(seldom) : null;
    if (record != null) {
      log.add(record);
    }
  }

  private static @Nullable AuditRecord record(TransportEvent event) {
    return switch (event) {
      case TransportEvent.CertificatesRenewed renewed ->
          of(
              "certificates",
              AuditRecord.OK,
              "valid until " + Instant.ofEpochMilli(renewed.expiresMillis()));
      case TransportEvent.CertificatesRefused refused ->
          of("certificates", "REFUSED", refused.why());
      case TransportEvent.CertificatesNeedCare care -> of("certificates", "DOUBTFUL", care.why());
      case TransportEvent.StrangerRefused stranger ->
          new AuditRecord(
              false,
              "stranger",
              null,
              stranger.from(),
              null,
              stranger.user(),
              null,
              "REFUSED",
              stranger.what() + ": " + stranger.why());
      case TransportEvent.NewcomerRefused newcomer ->
          newcomer.again()
              ? null
              : new AuditRecord(
                  false,
                  "join",
                  null,
                  newcomer.from(),
                  null,
                  newcomer.user(),
                  null,
                  "REFUSED",
                  "node %s at %s: %s"
                      .formatted(newcomer.node(), Quoted.of(newcomer.address()), newcomer.why()));
      case TransportEvent.Forbidden forbidden ->
          new AuditRecord(
              false,
              "forbidden",
              null,
              forbidden.from(),
              forbidden.user(),
              forbidden.certificate(),
              null,
              "REFUSED",
              forbidden.action() + " on " + forbidden.on());
      case TransportEvent.LoggedIn login ->
          new AuditRecord(
              false, "login", null, login.from(), login.user(), null, null, AuditRecord.OK, null);
      case TransportEvent.TokenShown token ->
          new AuditRecord(
              false,
              "login",
              null,
              token.from(),
              token.user(),
              null,
              null,
              AuditRecord.OK,
              "token of the identity provider, good until %s, key %s"
                  .formatted(Instant.ofEpochMilli(token.untilMillis()), Quoted.of(token.key())));
      case TransportEvent.TokenKeysRead keys ->
          keys.others() ? of("token-keys", AuditRecord.OK, "keys " + keys.ids()) : null;
      case TransportEvent.TokenKeysUnread keys ->
          keys.again() ? null : of("token-keys", "REFUSED", keys.why());
      case TransportEvent.TokenKeysGone gone ->
          gone.again()
              ? null
              : of("token-keys", AuditRecord.OK, "no token is good any more: " + gone.why());
      case TransportEvent.LoginRefused refused ->
          new AuditRecord(
              false,
              "login",
              null,
              refused.from(),
              refused.user(),
              refused.certificate(),
              null,
              "REFUSED",
              refused.why());
      case TransportEvent.HandshakeFailed failed ->
          new AuditRecord(
              false, "handshake", null, failed.from(), null, null, null, "REFUSED", failed.why());
      case TransportEvent.Introduced introduced ->
          new AuditRecord(
              false,
              "introduction",
              null,
              introduced.from(),
              null,
              introduced.user(),
              null,
              AuditRecord.OK,
              "node %s at %s".formatted(introduced.node(), introduced.address()));
      default -> null;
    };
  }

  private static AuditRecord of(String event, String outcome, String why) {
    return new AuditRecord(false, event, null, null, null, null, null, outcome, why);
  }
}
