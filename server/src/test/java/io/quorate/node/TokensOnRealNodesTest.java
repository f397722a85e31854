package io.quorate.node;

import static io.quorate.node.UserLoad.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.nimbusds.jose.jwk.RSAKey;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quorate.client.Credentials;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Access;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.CallerIdentity;
import io.quorate.client.admin.SelfReport;
import io.quorate.client.tls.TestAuthority;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetCallerRequest;
import io.quorate.proto.v1.GetCallerResponse;
import io.quorate.transport.token.JwkServer;
import io.quorate.transport.token.Provider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users log in by tokens of an identity provider, at three real nodes that read its keys by https.
 * The nodes are those of all tests, so each test has a user, and further keys, of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TokensOnRealNodesTest {
  private static final int FIRST_PORT = 17_840;
  private static final String HTTP = "127.0.0.1:" + (FIRST_PORT + 5);
  private static final TestAuthority THEIRS = new TestAuthority("of the provider");
  private static final RSAKey FIRST = Provider.rsa("first");

  /** What nodes add to the time of a token, since clocks differ. */
  private static final long LEEWAY_MILLIS = 60_000;

  /** What the provider shows, the latest first. */
  private final Deque<RSAKey> keys = new ArrayDeque<>();

  private Path directory;
  private JwkServer provider;
  private RealCluster cluster;
  private NodesWithLogins nodes;
  private QuorateClient root;
  private Access access;

  private Map<String, String> settings(int node) {
    Map<String, String> settings = nodes.settings(node);
    settings.put("jwt.issuer", Provider.ISSUER);
    settings.put("jwt.audience", Provider.AUDIENCE);
    settings.put("jwt.keys", provider.uri("/certs").toString());
    settings.put("jwt.ca", TestAuthority.write(directory.resolve("id.pem"), THEIRS).toString());
    return settings;
  }

  @BeforeAll
  void start(@TempDir Path forAll) throws Exception {
    directory = forAll;
    // It answers nothing that is of use yet: nodes start all the same.
    provider = new JwkServer(THEIRS);
    cluster = new RealCluster(directory, FIRST_PORT, 3);
    nodes = new NodesWithLogins(cluster, directory);
    for (int node = 0; node < 3; node++) {
      Map<String, String> settings = settings(node);
      if (node == 0) {
        settings.put("http.listen", HTTP);
        settings.put("http.metrics", "monitor");
      }
      cluster.start(node, settings);
    }
    await().until(() -> provider.asked("/certs") >= 3);
    show(FIRST);
    for (int node = 0; node < 3; node++) {
      cluster.awaitReady(node);
    }
    root = nodes.root();
    access = Administration.of(root).access();
    access.createUser("anna", List.of("writer"));
    for (int node = 0; node < 3; node++) {
      int at = node;
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(whoIs(at, token("anna", 60_000))).isEqualTo("anna"));
      assertThat(said(node).tokenKeysReason()).isEmpty();
    }
  }

  /** What a node says of itself, as doctor reads it. */
  private SelfReport said(int node) {
    String address = nodes.endpoints().get(node);
    return Administration.of(root).cluster().statusOf(address).report();
  }

  @AfterAll
  void stop() {
    root.close();
    cluster.close();
    provider.close();
  }

  private void show(RSAKey key) {
    keys.addFirst(key);
    provider.answers(Provider.set(keys.toArray(RSAKey[]::new)));
  }

  private static String token(String user, long forMillis) {
    return token(FIRST, user, forMillis);
  }

  private static String token(RSAKey key, String user, long forMillis) {
    return Provider.token(
        key, Provider.claims(user, System.currentTimeMillis(), forMillis).build());
  }

  private QuorateClient client(Supplier<String> tokens) {
    return QuorateClient.builder()
        .endpoints(nodes.endpoints())
        .tls(nodes.tls())
        .credentials(Credentials.bearerTokens(tokens))
        .build();
  }

  private String whoIs(int node, String token) throws Exception {
    ManagedChannel channel = nodes.channel(node);
    try {
      return AccessGrpc.newBlockingStub(channel)
          .withInterceptors(showing(token))
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .getCaller(GetCallerRequest.getDefaultInstance())
          .getUser();
    } finally {
      channel.shutdownNow();
    }
  }

  private static ClientInterceptor showing(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  @Test
  void aUserMayDoWhatItIsGrantedAndOthersAreNotLetIn() throws Exception {
    access.createUser("carla", List.of("writer"));
    try (QuorateClient carla = client(() -> token("carla", 60_000))) {
      use(carla, "1");
      CallerIdentity told = Administration.of(carla).access().whoAmI();
      assertThat(told.user()).isEqualTo("carla");
      assertThat(told.isLoggedIn()).isTrue();
      assertThatThrownBy(() -> Administration.of(carla).access().users())
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageContaining("user 'carla'");
      access.dropUser("carla");
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> use(carla, "2"))
                      .isInstanceOf(PermissionDeniedException.class)
                      .hasMessageContaining("user 'carla', which the cluster does not know"));
    }
    access.createUser("berta", List.of());
    try (QuorateClient berta = client(() -> token("berta", 60_000))) {
      assertThatThrownBy(() -> use(berta, "3"))
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageContaining("user 'berta' is not granted");
    }
    String unknownKey = token(Provider.rsa("unknown"), "berta", 600_000);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> whoIs(0, unknownKey))
                    .as("until the keys were read again")
                    .hasMessageContaining("UNAUTHENTICATED"));
    for (String wrong :
        List.of(unknownKey, token("root", 60_000), token("berta", -2 * LEEWAY_MILLIS), "none")) {
      assertThatThrownBy(() -> whoIs(0, wrong))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused -> {
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
                assertThat(refused.getMessage()).contains("a token that is not good");
                assertThat(refused.getMessage()).doesNotContain("kid", "berta", wrong);
              });
    }
    try (QuorateClient late = client(() -> token("anna", -2 * LEEWAY_MILLIS))) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> use(late, "4"))
                      .isInstanceOf(PermissionDeniedException.class)
                      .hasMessageContainingAll("the token expired 1", "a token that is not good"));
    }
    try (QuorateClient stranger = client(() -> unknownKey)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> use(stranger, "4"))
                      .isInstanceOf(PermissionDeniedException.class)
                      .hasMessageContaining("login by tokens of an identity provider was refused"));
    }
  }

  /**
   * The provider signs with a key that it has shown for no time at all. First, since no node has a
   * token of a key that it does not know then, for which it would read the keys meanwhile.
   */
  @Test
  @Order(1)
  void theFirstTokensOfANewKeyArePutOffAndThenTaken() throws Exception {
    // So that the node does not read them by itself meanwhile.
    int before = provider.asked("/certs");
    assertThat(whoIs(0, token("anna", 60_000))).isEqualTo("anna");
    RSAKey second = Provider.rsa("second");
    show(second);
    String token = token(second, "anna", 60_000);
    List<Status.Code> refusals = new CopyOnWriteArrayList<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              try {
                return whoIs(0, token).equals("anna");
              } catch (StatusRuntimeException refused) {
                refusals.add(refused.getStatus().getCode());
                assertThat(refused.getMessage()).contains("does not know the key of the token yet");
                return false;
              }
            });
    assertThat(refusals).isNotEmpty().containsOnly(Status.Code.UNAVAILABLE);
    assertThat(provider.asked("/certs")).isGreaterThan(before);
    try (QuorateClient anna = client(() -> token(second, "anna", 60_000))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptionsInstanceOf(QuorateException.class)
          .untilAsserted(() -> use(anna, "5"));
    }
  }

  @Test
  void aScraperWithATokenOfAUserWhoMayMonitorReadsTheMetrics() throws Exception {
    access.createUser("prometheus", List.of("monitor"));
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(scraped(token("prometheus", 60_000))).isEqualTo(200));
    assertThat(scraped(token("anna", 60_000))).isEqualTo(403);
    long before = System.nanoTime();
    assertThat(scraped(token("prometheus", -2 * LEEWAY_MILLIS))).isEqualTo(401);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .as("so that strangers do not keep the lane busy")
        .isGreaterThan(Duration.ofMillis(900));
    assertThat(scraped(token(Provider.rsa("of a scraper"), "prometheus", 60_000))).isEqualTo(503);
    assertThat(scraped(null)).isEqualTo(401);
  }

  private int scraped(@Nullable String token) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    store.setCertificateEntry("ours", NodesWithLogins.authority().certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    HttpClient http = HttpClient.newBuilder().sslContext(tls).build();
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("https://" + HTTP + "/metrics"));
      if (token != null) {
        request.header("Authorization", "Bearer " + token);
      }
      return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    } finally {
      http.shutdownNow();
    }
  }

  /** The provider changes its key, too, and is away for a while; what was open goes on. */
  @Test
  void tokensAndKeysChangeWithoutAFailedOperation() throws Exception {
    AtomicReference<RSAKey> key = new AtomicReference<>(FIRST);
    AtomicInteger given = new AtomicInteger();
    try (QuorateClient anna =
            client(
                () -> {
                  given.incrementAndGet();
                  return token(Objects.requireNonNull(key.get()), "anna", 3_000);
                });
        UserLoad load = new UserLoad(anna)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> given.get() >= 3);
      RSAKey next = Provider.rsa("next");
      show(next);
      key.set(next);
      int before = given.get();
      await().atMost(Duration.ofSeconds(20)).until(() -> given.get() >= before + 2);
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(whoIs(0, token(next, "anna", 5_000))).isEqualTo("anna"));
      load.awaitMore();
      assertThat(load.failures()).isEmpty();
    }
  }

  /** What is open does nothing more when its token is over, until another one is shown there. */
  @Test
  void aStreamEndsWithItsToken() throws Exception {
    ManagedChannel channel = nodes.channel(0);
    try {
      PipeOfUser pipe = new PipeOfUser(channel, showing(token("anna", 4_000 - LEEWAY_MILLIS)));
      assertThat(pipe.refusal()).isEqualTo(Reason.REASON_UNSPECIFIED);
      await().pollDelay(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(20)).until(() -> true);
      assertThat(pipe.refusal()).isEqualTo(Reason.REASON_UNAUTHENTICATED);
      String next = token("anna", 60_000);
      assertThat(
              AccessGrpc.newBlockingStub(channel)
                  .withInterceptors(showing(next))
                  .getCaller(GetCallerRequest.getDefaultInstance())
                  .getUser())
          .isEqualTo("anna");
      assertThat(pipe.refusal()).isEqualTo(Reason.REASON_UNSPECIFIED);
    } finally {
      channel.shutdownNow();
    }
  }

  private Status.Code refusal(String token) throws Exception {
    try {
      var unused = whoIs(0, token);
      return Status.Code.OK;
    } catch (StatusRuntimeException refused) {
      return refused.getStatus().getCode();
    }
  }

  /** Near the end: others of this network have to wait until keys are read again. */
  @Test
  @Order(Integer.MAX_VALUE - 1)
  void aConnectionThatShowsManyMadeUpTokensEnds() throws Exception {
    ManagedChannel channel = nodes.channel(0);
    String[] forged = token(Provider.rsa("made up"), "anna", 60_000).split("\\.", -1);
    // So that keys are not read again while they are shown.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> refusal(String.join(".", forged)) == Status.Code.UNAUTHENTICATED);
    try {
      List<ListenableFuture<GetCallerResponse>> calls = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        String signature = "%sx%03d".formatted(forged[2].substring(4), i);
        calls.add(
            AccessGrpc.newFutureStub(channel)
                .withInterceptors(showing(forged[0] + "." + forged[1] + "." + signature))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .getCaller(GetCallerRequest.getDefaultInstance()));
      }
      List<Status> answers = new ArrayList<>();
      for (ListenableFuture<GetCallerResponse> each : calls) {
        assertThatThrownBy(() -> each.get(30, TimeUnit.SECONDS))
            .satisfies(refused -> answers.add(Status.fromThrowable(refused)));
      }
      assertThat(answers)
          .filteredOn(
              each -> String.valueOf(each.getDescription()).contains("does not know the key"))
          .as("those that were judged")
          .hasSizeBetween(200, 300);
      assertThat(answers).anyMatch(each -> each.getCode() == Status.Code.RESOURCE_EXHAUSTED);
    } finally {
      channel.shutdownNow();
    }
  }

  /** The last test, as there is no key any more. */
  @Test
  @Order(Integer.MAX_VALUE)
  void theLastKeyOfTheProviderIsTakenBackAsWell() throws Exception {
    String token = token("anna", 600_000);
    assertThat(whoIs(0, token)).isEqualTo("anna");
    ManagedChannel channel = nodes.channel(0);
    try {
      PipeOfUser pipe = new PipeOfUser(channel, showing(token));
      assertThat(pipe.refusal()).isEqualTo(Reason.REASON_UNSPECIFIED);
      provider.answers("{\"keys\":[]}".getBytes(StandardCharsets.UTF_8));
      String another = token(Provider.rsa("another"), "anna", 600_000);
      await()
          .atMost(Duration.ofSeconds(40))
          .until(
              () -> {
                Status.Code unused = refusal(another); // has the node read the keys
                return refusal(token) == Status.Code.UNAUTHENTICATED;
              });
      assertThat(pipe.refusal()).isEqualTo(Reason.REASON_UNAUTHENTICATED);
      assertThat(said(0).tokenKeysMissing()).isTrue();
      assertThat(said(0).tokenKeysReason()).contains("has 0 keys");
    } finally {
      channel.shutdownNow();
    }
  }
}
