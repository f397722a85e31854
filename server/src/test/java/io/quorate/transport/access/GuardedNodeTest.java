package io.quorate.transport.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Access;
import io.quorate.client.admin.Action;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.node.RealCluster;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.AcquireLockResponse;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.BeginRestoreRequest;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real node that decides by grants: at each of its services, and as grants change. */
class GuardedNodeTest {
  private static final int PORT = 17_770;
  private static final String HTTP = "https://127.0.0.1:" + (PORT + 5);
  private static final TestAuthority OURS = new TestAuthority("ours");

  @TempDir private Path directory;

  private final Logger audited = (Logger) LoggerFactory.getLogger("io.quorate.audit");
  private final ListAppender<ILoggingEvent> audit = new ListAppender<>();

  private RealCluster cluster;
  private QuorateClient root;
  private Access access;

  private Path trusted() {
    return TestAuthority.write(directory.resolve("ca.pem"), OURS);
  }

  private static TestCertificate.Issued issued(String user) {
    return OURS.certificate(user).uri("quorate:user/" + user).issue();
  }

  @BeforeEach
  void start() throws Exception {
    audit.list = new CopyOnWriteArrayList<>();
    audit.start();
    audited.addAppender(audit);
    TestCertificate.Files own =
        OURS.certificate("node").ip("127.0.0.1").uri("quorate:node").issue().write(directory, "n");
    Map<String, String> settings = new HashMap<>();
    settings.put("tls.mode", "require");
    settings.put("tls.certificate", own.certificate().toString());
    settings.put("tls.key", own.key().toString());
    settings.put("tls.authorities", trusted().toString());
    settings.put("node.reflection", "on");
    settings.put("http.listen", "127.0.0.1:" + (PORT + 5));
    settings.put("http.metrics", "monitor");
    cluster = new RealCluster(directory, PORT, 1);
    cluster.start(0, settings);
    cluster.awaitReady(0);
    TestCertificate.Files ofRoot = issued("root").write(directory, "root");
    root =
        QuorateClient.builder()
            .endpoints(cluster.address(0))
            .tls(
                TlsOptions.DEFAULT
                    .authorities(trusted())
                    .certificate(ofRoot.certificate(), ofRoot.key()))
            .build();
    access = Administration.of(root).access();
  }

  @AfterEach
  void stop() {
    root.close();
    cluster.close();
    audited.detachAppender(audit);
  }

  private ManagedChannel channel(String user) throws Exception {
    TestCertificate.Files own = issued(user).write(directory, user);
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder()
            .trustManager(trusted().toFile())
            .keyManager(own.certificate().toFile(), own.key().toFile())
            .build();
    return Grpc.newChannelBuilder(cluster.address(0), credentials).build();
  }

  /** What comes on a stream, the end of it last. */
  private static final class Stream<T> implements StreamObserver<T> {
    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();

    @Override
    public void onNext(T answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable ended) {
      answers.add(Status.fromThrowable(ended));
    }

    @Override
    public void onCompleted() {
      answers.add(Status.OK);
    }

    private Object next() throws InterruptedException {
      return Objects.requireNonNull(answers.poll(20, TimeUnit.SECONDS), "no answer");
    }

    private Status end() throws InterruptedException {
      for (Object answer = next(); ; answer = next()) {
        if (answer instanceof Status status) {
          return status;
        }
      }
    }
  }

  /** A service that the wiring of a node lists without the gate is found here. */
  @Test
  void eachServiceThatTheNodeTellsOfRefusesAUserWithoutRoles() throws Exception {
    ManagedChannel stranger = channel("stranger");
    try {
      Map<String, ServiceDescriptor> known = new HashMap<>();
      for (ServiceDescriptor each : AccessMatrixTest.services()) {
        known.put(each.getName(), each);
      }
      List<String> served = served(stranger);
      assertThat(served).containsAll(known.keySet());
      int denied = 0;
      for (String name : served) {
        if (name.startsWith("grpc.")) {
          continue; // health, and reflection itself: open to all who have a certificate
        }
        if (name.equals(PeeringGrpc.SERVICE_NAME)) {
          assertThatThrownBy(
                  () ->
                      PeeringGrpc.newBlockingStub(stranger)
                          .introduce(IntroduceRequest.getDefaultInstance()))
              .hasMessageContaining("is not that of a node");
          continue;
        }
        assertThat(known).as("a service that no one has thought of").containsKey(name);
        for (MethodDescriptor<?, ?> method : Objects.requireNonNull(known.get(name)).getMethods()) {
          String shortName = method.getFullMethodName().replace("quorate.v1.", "");
          if (!MethodNeeds.isOpen(shortName) && !shortName.equals("KeyValue/Pipe")) {
            assertThat(AccessMatrixTest.isDenied(stranger, method, "default", "k"))
                .as(shortName)
                .isTrue();
            denied++;
          }
        }
      }
      assertThat(denied).isGreaterThan(40);
      isDeniedInAPipe(stranger);
    } finally {
      stranger.shutdownNow();
    }
  }

  private static List<String> served(ManagedChannel channel) throws Exception {
    Stream<ServerReflectionResponse> told = new Stream<>();
    StreamObserver<ServerReflectionRequest> asked =
        ServerReflectionGrpc.newStub(channel).serverReflectionInfo(told);
    asked.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    ServerReflectionResponse answer = (ServerReflectionResponse) told.next();
    asked.onCompleted();
    return answer.getListServicesResponse().getServiceList().stream()
        .map(ServiceResponse::getName)
        .toList();
  }

  private static void isDeniedInAPipe(ManagedChannel channel) throws Exception {
    Stream<io.quorate.proto.v1.PipeResponse> told = new Stream<>();
    StreamObserver<PipeRequest> pipe = KeyValueGrpc.newStub(channel).pipe(told);
    pipe.onNext(
        PipeRequest.newBuilder()
            .addOperations(
                Operation.newBuilder()
                    .setId(1)
                    .setGet(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k"))))
            .build());
    assertThat(told.next().toString()).contains("REASON_PERMISSION_DENIED");
    pipe.onCompleted();
  }

  @Test
  void aWatchOfThePlacementEndsWithTheLastRightOfItsUser() throws Exception {
    access.createUser("watcher", List.of());
    Grant read = Grant.of(Action.READ);
    access.grant(Grantee.user("watcher"), read);
    ManagedChannel watcher = channel("watcher");
    try {
      Stream<WatchPlacementResponse> watch = new Stream<>();
      PlacementGrpc.newStub(watcher)
          .watchPlacement(WatchPlacementRequest.getDefaultInstance(), watch);
      assertThat(watch.next()).isInstanceOf(WatchPlacementResponse.class);
      access.revoke(Grantee.user("watcher"), read);
      assertThat(watch.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    } finally {
      watcher.shutdownNow();
    }
  }

  @Test
  void aCallThatWaitsForALockEndsWithTheRightOfItsUser() throws Exception {
    access.createUser("jobs", List.of());
    Grant lock = Grant.of(Action.LOCK);
    access.grant(Grantee.user("jobs"), lock);
    ManagedChannel holder = channel("root");
    ManagedChannel waiter = channel("jobs");
    try {
      AcquireLockRequest door =
          AcquireLockRequest.newBuilder().setName("door").setOwner("a").setTtlMs(60_000).build();
      await()
          .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
          .until(() -> LocksGrpc.newBlockingStub(holder).acquireLock(door).hasGranted());
      Stream<AcquireLockResponse> waiting = new Stream<>();
      LocksGrpc.newStub(waiter)
          .withDeadlineAfter(60, TimeUnit.SECONDS)
          .acquireLock(door.toBuilder().setOwner("b").setWaitMs(50_000).build(), waiting);
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          LocksGrpc.newBlockingStub(holder)
                              .showLock(
                                  io.quorate.proto.v1.ShowLockRequest.newBuilder()
                                      .setName("door")
                                      .build())
                              .getWaitingList())
                      .hasSize(1));
      access.revoke(Grantee.user("jobs"), lock);
      Status end = waiting.end();
      assertThat(end.getCode()).as(end.toString()).isEqualTo(Status.Code.PERMISSION_DENIED);
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          LocksGrpc.newBlockingStub(holder)
                              .showLock(
                                  io.quorate.proto.v1.ShowLockRequest.newBuilder()
                                      .setName("door")
                                      .build())
                              .getWaitingList())
                      .as("it is out of the line")
                      .isEmpty());
    } finally {
      waiter.shutdownNow();
      holder.shutdownNow();
    }
  }

  /** Else a user with the right to restore would learn keys that only others may read. */
  @Test
  void aRefusedRestoreNamesAKeyOnlyToThoseWhoMayReadIt() throws Exception {
    var unused = root.keyValue().put("secret/1", "value", WriteOptions.DEFAULT);
    access.createUser("restorer", List.of());
    Grantee restorer = Grantee.user("restorer");
    access.grant(restorer, Grant.of(Action.TENANTS));
    ManagedChannel channel = channel("restorer");
    try {
      assertThat(refusalOfRestore(channel))
          .contains("tenant 'default' holds keys, and is not restored over")
          .doesNotContain("secret");
      for (Action action : List.of(Action.WRITE, Action.DELETE, Action.MONITOR)) {
        access.grant(restorer, Grant.of(action));
      }
      access.grant(restorer, Grant.of(Action.READ, Action.SCAN).tenant("other"));
      access.grant(restorer, Grant.of(Action.READ).tenant("default").prefix("public/"));
      assertThat(refusalOfRestore(channel)).contains("holds keys, and").doesNotContain("secret");

      for (Action action : List.of(Action.READ, Action.SCAN)) {
        Grant secrets = Grant.of(action).tenant("default").prefix("secret/");
        access.grant(restorer, secrets);
        assertThat(refusalOfRestore(channel))
            .contains("holds keys, such as 'secret/1', and is not");
        access.revoke(restorer, secrets);
        assertThat(refusalOfRestore(channel)).doesNotContain("secret");
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static String refusalOfRestore(ManagedChannel channel) {
    BeginRestoreRequest request =
        BeginRestoreRequest.newBuilder()
            .setTenant(Tenant.newBuilder().setName("default").setReplicationFactor(1))
            .setBackup(7)
            .setIntoEmpty(true)
            .build();
    try {
      return BackupGrpc.newBlockingStub(channel).beginRestore(request).toString();
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      return String.valueOf(refused.getStatus().getDescription());
    }
  }

  private HttpResponse<String> page(
      String path, TestCertificate.@Nullable Issued own, String... headers) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    store.setCertificateEntry("ours", OURS.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    KeyManager[] keys = null;
    if (own != null) {
      KeyStore shown = KeyStore.getInstance(KeyStore.getDefaultType());
      shown.load(null);
      X509Certificate certificate = own.certificate();
      shown.setKeyEntry("own", own.key(), new char[0], new Certificate[] {certificate});
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(shown, new char[0]);
      keys = factory.getKeyManagers();
    }
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys, trust.getTrustManagers(), null);
    try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(HTTP + path)).timeout(Duration.ofSeconds(10));
      if (headers.length > 0) {
        request.headers(headers);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  /** A handshake that fails ends the connection, before or after the client has asked. */
  private boolean isLetIn(TestCertificate.Issued own) throws Exception {
    try {
      return page("/metrics", own).statusCode() == 200;
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void metricsAreForThoseWhoMayMonitorAndHealthIsForAll() throws Exception {
    HttpResponse<String> unknown = page("/metrics", null);
    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(unknown.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(unknown.body()).doesNotContain("quorate_");
    assertThat(page("/health/live", null).statusCode()).isEqualTo(200);
    assertThat(page("/health/ready", null).statusCode()).isEqualTo(200);
    assertThat(page("/metrics", null, "Authorization", "Bearer quorate1.AA.AA").statusCode())
        .isEqualTo(401);
    assertThat(page("/metrics", issued("root")).body()).contains("quorate_");

    access.createUser("scraper", List.of());
    TestCertificate.Issued scraper = issued("scraper");
    assertThat(page("/metrics", scraper).statusCode()).isEqualTo(403);
    assertThat(page("/health/live", scraper).statusCode()).isEqualTo(200);
    access.grant(Grantee.user("scraper"), Grant.of(Action.MONITOR));
    assertThat(page("/metrics", scraper).body()).contains("quorate_");
    access.revoke(Grantee.user("scraper"), Grant.of(Action.MONITOR));
    assertThat(page("/metrics", scraper).statusCode()).isEqualTo(403);

    // Of another authority of the same name, or the client would not even show it.
    TestCertificate.Issued posing =
        new TestAuthority("ours").certificate("root").uri("quorate:user/root").issue();
    assertThat(isLetIn(posing)).isFalse();
    await()
        .untilAsserted(
            () ->
                assertThat(audit.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anySatisfy(
                        line -> assertThat(line).contains("'monitor' on /metrics", "\"scraper\"")));
  }
}
