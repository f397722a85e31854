package io.quorate.transport.http;

import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.Login;
import io.quorate.access.Permissions;
import io.quorate.access.User;
import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.event.LoginResult;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.UserCertificates;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges who may read the metrics, by the rules that the node knows now: whose certificate, or
 * whose login, is that of a user who may {@code monitor}. Asked on the thread of HTTP, off the
 * lane.
 */
public final class Scrapers {
  /** Refusals on their way to the lane. Further ones are not told: a flood must not reach it. */
  private static final int UNTOLD_MAX = 16;

  private static final String ACTION = "'monitor'";
  private static final String PAGE = "/metrics";

  private final UserCertificates certificates;
  private final Clock clock;
  private final Lane lane;
  private final Consumer<Event> events;
  private final AtomicInteger untold = new AtomicInteger();

  /** Written on the lane. Immutable, so it may be read on any thread. */
  private volatile AccessRules rules = AccessRules.NONE;

  /**
   * @param certificates name the users of certificates
   * @param events told on the lane of what is refused
   */
  public Scrapers(UserCertificates certificates, Clock clock, Lane lane, Consumer<Event> events) {
    this.certificates = certificates;
    this.clock = clock;
    this.lane = lane;
    this.events = events;
  }

  /** What is answered to a scrape. */
  enum Answer {
    LET_THROUGH,
    /** The scraper shows neither a certificate of a user nor a login, or one that is not good. */
    WHO_ARE_YOU,
    /** Its user may not. */
    REFUSED
  }

  /** These are the rules from now on. */
  public void follow(AccessRules now) {
    rules = now;
  }

  /**
   * Judges a scrape.
   *
   * @param shown in the handshake; null if no certificate was
   * @param token of a login; null if the request has none
   * @param from host:port; null if it is not known
   */
  Answer judge(@Nullable X509Certificate shown, @Nullable String token, @Nullable String from) {
    AccessRules now = rules;
    String subject = shown == null ? null : shown.getSubjectX500Principal().getName();
    if (token != null) {
      Login login = now.login(token);
      if (login == null || clock.wallMillis() >= login.untilMillis() || !now.hasPasswordOf(login)) {
        tell(
            new TransportEvent.LoginRefused(
                LoginResult.REFUSED,
                null,
                "the request for /metrics shows a token of no login that is good",
                from,
                subject));
        return Answer.WHO_ARE_YOU;
      }
      return judge(Permissions.of(now, login.user()), login.user(), from, subject);
    }
    if (shown != null && certificates.isOfNode(shown)) {
      return judge(Permissions.ofNodes(), User.NODE, from, subject);
    }
    String named = shown == null ? null : certificates.userOf(shown);
    // The certificate of a client that calls itself as nodes are called does not make it one.
    String user = named == null || named.equals(User.NODE) ? User.ANONYMOUS : named;
    Answer answer = judge(Permissions.of(now, user), user, from, subject);
    return answer == Answer.REFUSED && user.equals(User.ANONYMOUS) ? Answer.WHO_ARE_YOU : answer;
  }

  private Answer judge(
      Permissions permissions, String user, @Nullable String from, @Nullable String subject) {
    if (permissions.allow(Action.MONITOR)) {
      return Answer.LET_THROUGH;
    }
    tell(new TransportEvent.Forbidden(user, ACTION, PAGE, from, subject));
    return Answer.REFUSED;
  }

  private void tell(Event refusal) {
    if (untold.incrementAndGet() > UNTOLD_MAX) {
      int unused = untold.decrementAndGet();
      return;
    }
    lane.execute(
        () -> {
          int unused = untold.decrementAndGet();
          events.accept(refusal);
        });
  }
}
