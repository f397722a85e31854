package io.quorate.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.access.AccessChange.AddGrant;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.DropUser;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.Grant;
import io.quorate.access.Grantee;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.event.Event;
import io.quorate.replication.api.Failure;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import io.quorate.transport.TestLane;
import io.quorate.transport.access.Origin;
import io.quorate.transport.access.ProviderTokens;
import io.quorate.transport.access.RuleBook;
import io.quorate.transport.access.ShownLogin;
import io.quorate.transport.access.TokenVerdict;
import io.quorate.transport.event.LoginResult;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.http.Scrapers.Answer;
import io.quorate.transport.tls.ClientCertificates;
import io.quorate.transport.tls.NodeTls;
import io.quorate.transport.tls.TlsFiles;
import io.quorate.transport.tls.TlsMode;
import io.quorate.transport.tls.TlsSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read the metrics, by a login, a certificate, or nothing. */
class ScrapersTest {
  private static final Origin ORIGIN =
      Origin.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), null, true);
  private static final String PLACE = "127.0.0.1:9";
  private static final PasswordVerifier PASSWORD =
      new PasswordVerifier(
          "W22ZaJ0SNY7soEsUEjb6gQ==",
          4_096,
          "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=",
          "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");

  private final TestLane lane = new TestLane();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private volatile long nowMillis = 1_000;
  private final Clock clock = TestClock.of(() -> nowMillis, System::nanoTime);

  /** What the provider makes of each token. */
  private volatile TokenVerdict verdict = bad();

  private final ProviderTokens provider =
      new ProviderTokens() {
        @Override
        public boolean areTaken() {
          return takesTokens;
        }

        @Override
        public TokenVerdict judge(String token, Origin from) {
          assertThat(lane.lane().isCurrent()).isTrue();
          assertThat(from).isEqualTo(ORIGIN);
          return verdict;
        }

        @Override
        public boolean hasKey(ShownLogin.OfProvider login) {
          return true;
        }
      };
  private volatile boolean takesTokens;
  private final Scrapers scrapers =
      new Scrapers(
          NodeTls.off().users(),
          new RuleBook(true, clock, provider, events::add),
          clock,
          lane.lane(),
          events::add);
  private final AccessRules users =
      AccessRules.NONE
          .with(new CreateUser("scraper", new TreeSet<>(List.of("monitor"))))
          .with(new CreateUser("idle", new TreeSet<>()))
          .with(set("scraper"))
          .with(set("idle"));

  private static SetPassword set(String user) {
    return new SetPassword(user, PASSWORD, false, LoginSecret.of(new byte[LoginSecret.BYTES]));
  }

  @AfterEach
  void close() {
    lane.close();
    assertThat(lane.broken).isEmpty();
  }

  private static TokenVerdict bad() {
    return new TokenVerdict.Bad(LoginResult.TOKEN_REFUSED, "anna", "it is no good");
  }

  /** The audit says how much it lacks. */
  @Test
  void ofRefusalsThatAreTooManyForTheLaneTheNumberIsTold() {
    CountDownLatch free = new CountDownLatch(1);
    lane.lane().execute(() -> awaitUnchecked(free));
    for (int i = 0; i < 100; i++) {
      assertThat(judge("quorate1.AAAA.AAAA")).isEqualTo(Answer.WHO_ARE_YOU);
    }
    free.countDown();
    List<Event> told = told();
    assertThat(told.stream().filter(TransportEvent.LoginRefused.class::isInstance)).hasSize(16);
    assertThat(told).contains(new TransportEvent.RefusalsLeftOut(84));

    events.clear();
    assertThat(judge("quorate1.AAAA.AAAA")).isEqualTo(Answer.WHO_ARE_YOU);
    assertThat(told()).as("once").hasSize(1);
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Answer judge(@Nullable String token) {
    return judge(token, ORIGIN);
  }

  private Answer judge(@Nullable String token, Origin origin) {
    return judgement(token, origin).answer();
  }

  private Scrapers.Judgement judgement(@Nullable String token, Origin origin) {
    return scrapers.judge(null, token, origin).orTimeout(10, TimeUnit.SECONDS).join();
  }

  private List<Event> told() {
    lane.run(() -> {});
    return List.copyOf(events);
  }

  @Test
  void aLoginCountsAsLongAsItIsGoodAndItsUserMayMonitor() {
    scrapers.follow(users);
    String scraper = users.loginToken("scraper", PASSWORD, 5_000);
    assertThat(judge(scraper)).isEqualTo(Answer.LET_THROUGH);
    assertThat(told()).isEmpty();
    assertThat(judge(users.loginToken("idle", PASSWORD, 5_000))).isEqualTo(Answer.REFUSED);
    assertThat(told())
        .containsExactly(
            new TransportEvent.Forbidden("idle", "'monitor'", "/metrics", PLACE, null));
    assertThat(judge("quorate1.AAAA.AAAA")).isEqualTo(Answer.WHO_ARE_YOU);
    assertThat(told().getLast()).isInstanceOf(TransportEvent.LoginRefused.class);

    assertThat(judge(users.loginToken("scraper", PASSWORD, Long.MAX_VALUE)))
        .as("a node with a clock far ahead gave it")
        .isEqualTo(Answer.WHO_ARE_YOU);
    nowMillis = 5_000;
    assertThat(judge(scraper)).as("its time is over").isEqualTo(Answer.WHO_ARE_YOU);
    nowMillis = 1_000;
    scrapers.follow(users.with(new DropUser("scraper")));
    assertThat(judge(scraper)).as("the user is gone").isEqualTo(Answer.WHO_ARE_YOU);
  }

  @Test
  void aScraperIsTheUserThatItsCertificateNames(@TempDir Path directory) throws Exception {
    TestAuthority authority = new TestAuthority("ours");
    TestCertificate.Issued node = authority.certificate("n").uri("quorate:node").issue();
    TestCertificate.Files files = node.write(directory, "node");
    NodeTls tls =
        NodeTls.open(
            new TlsSettings(
                TlsMode.REQUIRE,
                ClientCertificates.OPTIONAL,
                new TlsFiles(
                    files.certificate(),
                    files.key(),
                    TestAuthority.write(directory.resolve("ca.pem"), authority)),
                List.of()),
            System.currentTimeMillis());
    Scrapers judged =
        new Scrapers(
            tls.users(),
            new RuleBook(true, clock, provider, events::add),
            clock,
            lane.lane(),
            events::add);
    judged.follow(users);
    assertThat(judged.judge(node.certificate(), null, ORIGIN).join().answer())
        .isEqualTo(Answer.LET_THROUGH);
    for (String user : List.of("root", "scraper", "idle", "unknown", "node", "anonymous")) {
      TestCertificate.Issued own = authority.certificate("x").uri("quorate:user/" + user).issue();
      Answer expected =
          switch (user) {
            case "root", "scraper" -> Answer.LET_THROUGH;
            case "node", "anonymous" -> Answer.WHO_ARE_YOU;
            default -> Answer.REFUSED;
          };
      assertThat(judged.judge(own.certificate(), null, ORIGIN).join().answer())
          .as(user)
          .isEqualTo(expected);
      // A login that is shown counts, and not the certificate beside it.
      assertThat(judged.judge(own.certificate(), "quorate1.AAAA.AAAA", ORIGIN).join().answer())
          .isEqualTo(Answer.WHO_ARE_YOU);
    }
    judged.follow(AccessRules.NONE);
    X509Certificate scraper =
        authority.certificate("x").uri("quorate:user/scraper").issue().certificate();
    assertThat(judged.judge(scraper, null, ORIGIN).join().answer())
        .as("rules of now")
        .isEqualTo(Answer.REFUSED);
  }

  @Test
  void aTokenOfTheProviderCountsAsItDoesForCalls() {
    scrapers.follow(users);
    assertThat(judge("a.b.c")).as("without a provider").isEqualTo(Answer.WHO_ARE_YOU);
    takesTokens = true;
    assertThat(judge("a.b.c")).isEqualTo(Answer.WHO_ARE_YOU);
    assertThat(told())
        .last()
        .isEqualTo(
            new TransportEvent.LoginRefused(
                LoginResult.TOKEN_REFUSED,
                "anna",
                "the request for /metrics shows a token: it is no good",
                PLACE,
                null));
    verdict = good("scraper");
    int before = told().size();
    assertThat(judge("a.b.c")).isEqualTo(Answer.LET_THROUGH);
    assertThat(told()).hasSize(before);
    Origin plain =
        Origin.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), null, false);
    assertThat(judge("a.b.c", plain)).as("without TLS").isEqualTo(Answer.WHO_ARE_YOU);
    assertThat(told().getLast())
        .isInstanceOfSatisfying(
            TransportEvent.LoginRefused.class,
            refused -> assertThat(refused.result()).isEqualTo(LoginResult.PLAINTEXT));
    verdict = good("idle");
    assertThat(judge("a.b.c")).isEqualTo(Answer.REFUSED);
    assertThat(told())
        .last()
        .isEqualTo(new TransportEvent.Forbidden("idle", "'monitor'", "/metrics", PLACE, null));
    verdict = good("unknown");
    assertThat(judge("a.b.c")).isEqualTo(Answer.REFUSED);
    verdict = later();
    assertThat(judge("a.b.c")).isEqualTo(Answer.LATER);
    String scraper = users.loginToken("scraper", PASSWORD, 5_000);
    assertThat(judge(scraper)).as("a login by a password").isEqualTo(Answer.LET_THROUGH);
  }

  /** Also when the lane is so quick that its answer is there at once. */
  @Test
  void whatTheLaneHasFoundToBeOfNoUserIsAnsweredLate() {
    scrapers.follow(users);
    assertThat(judgement("a.b.c", ORIGIN).isLate()).as("the lane was not asked").isFalse();
    assertThat(judgement(null, ORIGIN).isLate()).as("the lane was not asked").isFalse();
    takesTokens = true;
    assertThat(judgement("a.b.c", ORIGIN).isLate()).isTrue();
    verdict = later();
    assertThat(judgement("a.b.c", ORIGIN).isLate()).isTrue();
    verdict = good("scraper");
    assertThat(judgement("a.b.c", ORIGIN).isLate()).isFalse();
    verdict = good("idle");
    assertThat(judgement("a.b.c", ORIGIN).isLate()).as("a user of this cluster").isFalse();
  }

  private static TokenVerdict later() {
    return new TokenVerdict.Later(
        LoginResult.NOT_SERVING, "anna", Failure.refused(Failure.Reason.NOT_SERVING, "wait"));
  }

  private static TokenVerdict good(String user) {
    return new TokenVerdict.Good(new ShownLogin.OfProvider(user, 5_000, "key"));
  }

  @Test
  void aScraperThatShowsNothingIsAskedWhoItIsUnlessAllMayMonitor() {
    scrapers.follow(users);
    assertThat(judge(null)).isEqualTo(Answer.WHO_ARE_YOU);
    scrapers.follow(
        users
            .with(new CreateUser("anonymous", new TreeSet<>()))
            .with(
                new AddGrant(
                    new Grantee(Grantee.Kind.USER, "anonymous"), Grant.of(Action.MONITOR))));
    assertThat(judge(null)).isEqualTo(Answer.LET_THROUGH);
  }

  /** The lane has other work than to hear of each request of a flood. */
  @Test
  void aFloodOfRefusalsDoesNotFillTheLane() {
    scrapers.follow(users);
    CountDownLatch free = new CountDownLatch(1);
    lane.lane()
        .execute(
            () -> {
              try {
                free.await();
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            });
    for (int i = 0; i < 1_000; i++) {
      assertThat(judge(null)).isEqualTo(Answer.WHO_ARE_YOU);
    }
    free.countDown();
    TransportEvent.RefusalsLeftOut leftOut = new TransportEvent.RefusalsLeftOut(984);
    assertThat(told()).hasSize(17).containsOnlyOnce(leftOut);
    assertThat(judge(null)).isEqualTo(Answer.WHO_ARE_YOU);
    assertThat(told()).hasSize(18).containsOnlyOnce(leftOut);
  }
}
