package io.quorate.node;

import static io.quorate.node.UserLoad.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.ongres.scram.client.ScramClient;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.quorate.client.Credentials;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Access;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.CallerIdentity;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetCallerRequest;
import io.quorate.proto.v1.GetCallerResponse;
import io.quorate.proto.v1.LogInRequest;
import io.quorate.proto.v1.LogInResponse;
import io.quorate.runtime.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users log in with passwords, at three real nodes with TLS that decide by grants. The nodes are
 * those of all tests, so each test has a user of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LogInOnRealNodesTest {
  private static final int FIRST_PORT = 17_820;

  /** By how much the clock of the last node is ahead. */
  private final AtomicLong aheadMillis = new AtomicLong();

  private final TestClock clock =
      TestClock.of(() -> System.currentTimeMillis() + aheadMillis.get(), System::nanoTime);

  private RealCluster cluster;
  private NodesWithLogins nodes;
  private QuorateClient root;
  private Access access;
  private CheapPasswords passwords;

  @BeforeAll
  void start(@TempDir Path forAll) throws Exception {
    cluster = new RealCluster(forAll, FIRST_PORT, 3);
    nodes = new NodesWithLogins(cluster, forAll);
    for (int node = 0; node < 3; node++) {
      Map<String, String> settings = nodes.settings(node);
      settings.put("security.login_ttl", "3s");
      cluster.start(node, settings, node == 2 ? new Machine(clock, way -> way) : Machine.REAL);
    }
    for (int node = 0; node < 3; node++) {
      cluster.awaitReady(node);
    }
    root = nodes.root();
    access = Administration.of(root).access();
    passwords = nodes.passwords();
  }

  @AfterAll
  void stop() {
    root.close();
    cluster.close();
  }

  private void addUser(String name) {
    access.createUser(name, List.of("writer"));
    passwords.set(name, "the first one");
  }

  private QuorateClient client(String user, Supplier<String> password) {
    return builder(user, password).build();
  }

  private QuorateClient.Builder builder(String user, Supplier<String> password) {
    return QuorateClient.builder()
        .endpoints(nodes.endpoints())
        .tls(nodes.tls())
        .credentials(Credentials.password(user, password));
  }

  @Test
  void aUserIsWhoItLogsInAsAndNoOneElseIsLetIn() {
    access.createUser("anna", List.of("writer"));
    access.setPassword("anna", "the first one"); // of the usual cost
    try (QuorateClient anna = client("anna", () -> "the first one")) {
      use(anna, "1");
      CallerIdentity told = Administration.of(anna).access().whoAmI();
      assertThat(told.user()).isEqualTo("anna");
      assertThat(told.isLoggedIn()).isTrue();
      assertThat(told.roles()).containsExactly("writer");
      assertThatThrownBy(() -> Administration.of(anna).access().users())
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageContaining("user 'anna'");
    }
    for (String user : List.of("anna", "none", "root", "anonymous")) {
      try (QuorateClient stranger = client(user, () -> "the wrong one")) {
        assertThatThrownBy(() -> use(stranger, "2"))
            .as(user)
            .isInstanceOf(PermissionDeniedException.class)
            .message()
            .containsOnlyOnce("login of user")
            .containsOnlyOnce("is unknown, has no password, or has another")
            .contains("user '%s' is unknown".formatted(user));
      }
    }
    try (QuorateClient plain =
        QuorateClient.builder().endpoints(cluster.address(0)).tls(nodes.tls()).build()) {
      assertThat(Administration.of(plain).access().whoAmI().user()).isEqualTo("anonymous");
    }
    assertThatThrownBy(
            () ->
                QuorateClient.builder()
                    .endpoints(cluster.address(0))
                    .credentials(Credentials.password("anna", "the first one"))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TLS");
  }

  @Test
  void aTokenThatNoNodeHasGivenIsRefused() throws Exception {
    ManagedChannel channel = channel();
    try {
      for (String shown :
          List.of("Bearer quorate1.AAAA.AAAA", "bearer ", "Bearer " + "x".repeat(5_000))) {
        assertThatThrownBy(
                () ->
                    AccessGrpc.newBlockingStub(channel)
                        .withInterceptors(showing(shown))
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .getCaller(GetCallerRequest.getDefaultInstance()))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                refused ->
                    assertThat(refused.getStatus().getCode())
                        .isEqualTo(Status.Code.UNAUTHENTICATED));
      }
    } finally {
      channel.shutdownNow();
    }
  }

  /** As of a client whose login is over while it has much under way: it logs in behind that. */
  @Test
  void aClientWithManyRefusedCallsLogsInSoon() throws Exception {
    addUser("berta");
    ManagedChannel channel = channel();
    try {
      AccessGrpc.AccessFutureStub calls =
          AccessGrpc.newFutureStub(channel)
              .withInterceptors(showing("Bearer quorate1.AAAA.AAAA"))
              .withDeadlineAfter(20, TimeUnit.SECONDS);
      List<ListenableFuture<GetCallerResponse>> called = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        called.add(calls.getCaller(GetCallerRequest.getDefaultInstance()));
      }
      await()
          .atMost(Duration.ofSeconds(5))
          .ignoreExceptions()
          .until(() -> !token(channel, "berta", "the first one").isEmpty());
      List<Status.Code> answers = new ArrayList<>();
      for (ListenableFuture<GetCallerResponse> each : called) {
        assertThatThrownBy(() -> each.get(20, TimeUnit.SECONDS))
            .satisfies(refused -> answers.add(Status.fromThrowable(refused).getCode()));
      }
      assertThat(answers).containsOnly(Status.Code.UNAUTHENTICATED, Status.Code.UNAVAILABLE);
      assertThat(answers).filteredOn(Status.Code.UNAUTHENTICATED::equals).hasSizeBetween(1, 30);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void passwordsChangeWithoutAFailedOperation() throws Exception {
    addUser("carla");
    AtomicReference<String> password = new AtomicReference<>("the first one");
    try (QuorateClient carla = client("carla", password::get);
        UserLoad load = new UserLoad(carla)) {
      load.awaitMore();
      for (int i = 0; i < 5; i++) {
        access.replacePassword("carla", "another one " + i);
        load.awaitMore();
        password.set("another one " + i);
        access.dropPreviousPassword("carla");
        load.awaitMore();
      }
      assertThat(load.failures()).isEmpty();
    }
    assertThat(access.users())
        .filteredOn(user -> user.name().equals("carla"))
        .singleElement()
        .satisfies(carla -> assertThat(carla.passwords()).isEqualTo(1));
  }

  @Test
  void aLoginEndsAtOnceWithItsPasswordAndWithItsUser() throws Exception {
    addUser("dora");
    // It goes on to log in, less and less often, until the time for its call is over.
    Duration timeout = Duration.ofSeconds(2);
    try (QuorateClient dora = builder("dora", () -> "the first one").timeout(timeout).build()) {
      use(dora, "1");
      passwords.set("dora", "the second one");
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> use(dora, "2"))
                      .isInstanceOf(PermissionDeniedException.class));
      passwords.set("dora", "the first one");
      await().atMost(Duration.ofSeconds(40)).ignoreExceptions().untilAsserted(() -> use(dora, "3"));
      access.dropUser("dora");
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> use(dora, "4"))
                      .isInstanceOf(PermissionDeniedException.class));
    }
  }

  /** Tried again if this machine was so slow that the time of the login was over as well. */
  @Test
  void aLoginIsRefusedOnceItsPasswordIsAnotherThoughItsTimeIsNotOver() throws Exception {
    addUser("gerda");
    String password = "the first one";
    boolean soon = false;
    for (int i = 0; i < 5 && !soon; i++) {
      String next = "another one " + i;
      soon = endsSoon("gerda", password, next);
      password = next;
    }
    assertThat(soon).as("ended before its three seconds were over").isTrue();
  }

  private boolean endsSoon(String user, String password, String next) throws Exception {
    ManagedChannel channel = channel();
    try {
      String token = token(channel, user, password);
      long began = System.nanoTime();
      passwords.set(user, next);
      await().atMost(Duration.ofSeconds(20)).until(() -> isRefused(channel, token));
      return System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(2_500);
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean isRefused(ManagedChannel channel, String token) {
    try {
      var unused =
          AccessGrpc.newBlockingStub(channel)
              .withInterceptors(showing("Bearer " + token))
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .getCaller(GetCallerRequest.getDefaultInstance());
      return false;
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      return true;
    }
  }

  /** In good time, so that no operation ever meets a login that is over. */
  @Test
  void aLoginIsMadeAgainBeforeItsTimeIsOver() throws Exception {
    addUser("emma");
    try (QuorateClient emma = client("emma", () -> "the first one");
        UserLoad load = new UserLoad(emma)) {
      // Twice as long as a login counts.
      await().pollDelay(Duration.ofSeconds(6)).atMost(Duration.ofSeconds(20)).until(() -> true);
      load.awaitMore();
      assertThat(load.failures()).isEmpty();
    }
  }

  /** What is open when its login is over does nothing more, until another login is shown there. */
  @Test
  void aStreamWhoseLoginIsOverIsRefused() throws Exception {
    addUser("frida");
    String token = token("frida", "the first one");
    ManagedChannel channel = channel();
    try {
      PipeOfUser pipe = new PipeOfUser(channel, showing("Bearer " + token));
      assertThat(pipe.refusal()).isEqualTo(Reason.REASON_UNSPECIFIED);
      await().pollDelay(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(20)).until(() -> true);
      assertThat(pipe.refusal()).isEqualTo(Reason.REASON_UNAUTHENTICATED);

      String next = token("frida", "the first one");
      GetCallerResponse caller =
          AccessGrpc.newBlockingStub(channel)
              .withInterceptors(showing("Bearer " + next))
              .getCaller(GetCallerRequest.getDefaultInstance());
      assertThat(caller.getUser()).isEqualTo("frida");
      assertThat(pipe.refusal()).isEqualTo(Reason.REASON_UNSPECIFIED);
    } finally {
      channel.shutdownNow();
    }
  }

  /** The last test, as the clock stays ahead. */
  @Test
  @Order(Integer.MAX_VALUE)
  void aNodeWhoseClockIsFarAheadGivesNoLogins() throws Exception {
    addUser("hanna");
    ManagedChannel ahead = nodes.channel(2);
    try {
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(() -> !token(ahead, "hanna", "the first one").isEmpty());
      aheadMillis.set(TimeUnit.HOURS.toMillis(1));
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> token(ahead, "hanna", "the first one"))
                      .as("it gives none")
                      .isNotNull());
      assertThat(token("hanna", "the first one")).isNotEmpty();
    } finally {
      ahead.shutdownNow();
    }
  }

  /** Logs in by what another project has made, and not by the client of this one. */
  private String token(String user, String password) throws Exception {
    ManagedChannel channel = channel();
    try {
      return token(channel, user, password);
    } finally {
      channel.shutdownNow();
    }
  }

  private static String token(ManagedChannel channel, String user, String password)
      throws Exception {
    BlockingQueue<LogInResponse> answers = new LinkedBlockingQueue<>();
    ScramClient scram =
        ScramClient.builder()
            .advertisedMechanisms(List.of("SCRAM-SHA-256"))
            .username(user)
            .password(password.toCharArray())
            .build();
    StreamObserver<LogInRequest> login =
        AccessGrpc.newStub(channel)
            .logIn(
                new StreamObserver<>() {
                  @Override
                  public void onNext(LogInResponse response) {
                    answers.add(response);
                  }

                  @Override
                  public void onError(Throwable ended) {
                    answers.add(LogInResponse.getDefaultInstance());
                  }

                  @Override
                  public void onCompleted() {}
                });
    login.onNext(
        LogInRequest.newBuilder()
            .setMechanism("SCRAM-SHA-256")
            .setMessage(ByteString.copyFromUtf8(scram.clientFirstMessage().toString()))
            .build());
    var unused =
        scram.serverFirstMessage(answers.poll(10, TimeUnit.SECONDS).getMessage().toStringUtf8());
    login.onNext(
        LogInRequest.newBuilder()
            .setMessage(ByteString.copyFromUtf8(scram.clientFinalMessage().toString()))
            .build());
    return answers.poll(10, TimeUnit.SECONDS).getToken();
  }

  private ManagedChannel channel() throws Exception {
    return nodes.channel(0);
  }

  private static ClientInterceptor showing(String authorization) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }
}
