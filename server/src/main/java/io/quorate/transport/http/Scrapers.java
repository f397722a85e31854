package io.quorate.transport.http;

import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.Login;
import io.quorate.access.Permissions;
import io.quorate.access.User;
import io.quorate.event.Event;
import io.quorate.replication.api.Failure;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.access.Origin;
import io.quorate.transport.access.RuleBook;
import io.quorate.transport.access.ShownLogin;
import io.quorate.transport.access.TokenVerdict;
import io.quorate.transport.event.LoginResult;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.UserCertificates;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges who may read the metrics, by the rules that the node knows now: whose certificate, or
 * whose login, is that of a user who may {@code monitor}. Asked on the thread of HTTP. The lane is
 * needed for tokens of the identity provider alone, which are judged as those of calls are.
 */
public final class Scrapers {
  /**
   * Refusals on their way to the lane. Of further ones the number is told: a flood must not reach
   * it.
   */
  private static final int UNTOLD_MAX = 16;

  private static final String ACTION = "'monitor'";
  private static final String PAGE = "/metrics";

  private final UserCertificates certificates;
  private final RuleBook book;
  private final Clock clock;
  private final Lane lane;
  private final Consumer<Event> events;
  private final AtomicInteger untold = new AtomicInteger();

  /** Refusals that were too many to be told of each, and whose number is to be told. */
  private final AtomicInteger uncounted = new AtomicInteger();

  /** Written on the lane. Immutable, so it may be read on any thread. */
  private volatile AccessRules rules = AccessRules.NONE;

  /**
   * @param certificates name the users of certificates
   * @param book judges tokens of the identity provider, on the lane
   * @param events told on the lane of what is refused
   */
  public Scrapers(
      UserCertificates certificates,
      RuleBook book,
      Clock clock,
      Lane lane,
      Consumer<Event> events) {
    this.certificates = certificates;
    this.book = book;
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
    REFUSED,
    /** The token cannot be judged now. */
    LATER
  }

  /**
   * An answer, and when it is given.
   *
   * @param isLate the lane has found that no user of this cluster asks: the connection waits for
   *     its answer, so that strangers cannot keep the lane busy
   */
  record Judgement(Answer answer, boolean isLate) {
    private static Judgement atOnce(Answer answer) {
      return new Judgement(answer, false);
    }

    private static Judgement ofLane(Answer answer) {
      return new Judgement(answer, answer == Answer.WHO_ARE_YOU || answer == Answer.LATER);
    }
  }

  /** These are the rules from now on. */
  public void follow(AccessRules now) {
    rules = now;
  }

  /**
   * Judges a scrape. The answer may come on the lane. A connection waits for it before it asks
   * again, so that the lane has no more of them than there are connections.
   *
   * @param shown in the handshake; null if no certificate was
   * @param token of a login; null if the request has none
   */
  CompletableFuture<Judgement> judge(
      @Nullable X509Certificate shown, @Nullable String token, Origin origin) {
    if (token == null || !book.isOfProvider(token)) {
      return CompletableFuture.completedFuture(Judgement.atOnce(judgedHere(shown, token, origin)));
    }
    if (!origin.isEncrypted()) {
      refused(LoginResult.PLAINTEXT, null, "a token came without TLS", origin);
      return CompletableFuture.completedFuture(Judgement.atOnce(Answer.WHO_ARE_YOU));
    }
    CompletableFuture<Judgement> judgement = new CompletableFuture<>();
    lane.execute(() -> judgement.complete(Judgement.ofLane(judged(token, origin))));
    return judgement;
  }

  /** On the lane. */
  private Answer judged(String token, Origin origin) {
    return switch (book.judge(token, origin)) {
      case TokenVerdict.Good(ShownLogin login) -> judge(login.user(), origin);
      case TokenVerdict.Bad(LoginResult result, String user, String why) -> {
        refused(result, user, why, origin);
        yield Answer.WHO_ARE_YOU;
      }
      case TokenVerdict.Later(LoginResult result, String user, Failure later) -> {
        refused(result, user, later.message(), origin);
        yield Answer.LATER;
      }
    };
  }

  private Answer judgedHere(
      @Nullable X509Certificate shown, @Nullable String token, Origin origin) {
    AccessRules now = rules;
    if (token != null) {
      Login login = now.login(token);
      if (login == null || !login.countsAt(clock.wallMillis()) || !now.hasPasswordOf(login)) {
        refused(LoginResult.REFUSED, null, "it is the token of no login that is good", origin);
        return Answer.WHO_ARE_YOU;
      }
      return judge(Permissions.of(now, login.user()), login.user(), origin);
    }
    if (shown != null && certificates.isOfNode(shown)) {
      return judge(Permissions.ofNodes(), User.NODE, origin);
    }
    String named = shown == null ? null : certificates.userOf(shown);
    // The certificate of a client that calls itself as nodes are called does not make it one.
    String user = named == null || named.equals(User.NODE) ? User.ANONYMOUS : named;
    Answer answer = judge(user, origin);
    return answer == Answer.REFUSED && user.equals(User.ANONYMOUS) ? Answer.WHO_ARE_YOU : answer;
  }

  private Answer judge(String user, Origin origin) {
    return judge(Permissions.of(rules, user), user, origin);
  }

  private Answer judge(Permissions permissions, String user, Origin origin) {
    if (permissions.allow(Action.MONITOR)) {
      return Answer.LET_THROUGH;
    }
    tell(new TransportEvent.Forbidden(user, ACTION, PAGE, origin.from(), origin.certificate()));
    return Answer.REFUSED;
  }

  private void refused(LoginResult result, @Nullable String user, String why, Origin origin) {
    tell(
        new TransportEvent.LoginRefused(
            result,
            user,
            "the request for /metrics shows a token: " + why,
            origin.from(),
            origin.certificate()));
  }

  private void tell(Event refusal) {
    if (untold.incrementAndGet() > UNTOLD_MAX) {
      int unused = uncounted.incrementAndGet();
      int unusedToo = untold.decrementAndGet();
      return;
    }
    lane.execute(
        () -> {
          int unused = untold.decrementAndGet();
          events.accept(refusal);
          int others = uncounted.getAndSet(0);
          if (others > 0) {
            events.accept(new TransportEvent.RefusalsLeftOut(others));
          }
        });
  }
}
