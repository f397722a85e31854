package io.quorate.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.client.UnavailableException;
import io.quorate.client.WriteOptions;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.internal.net.Tls;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files of TLS change under a client that is in use; its clock is moved by hand. The published jar
 * uses the TLS of the JDK, and programs with the libraries outside that of BoringSSL.
 */
class TlsFilesTest {
  private final TestAuthority before = new TestAuthority("before");
  private final TestAuthority after = new TestAuthority("after");
  private final AtomicLong nanos = new AtomicLong();
  @TempDir private Path directory;

  /** As an operator does it: trust both, let nodes change, then trust the new one alone. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void oneAuthorityTakesOverFromAnotherWithoutAnError(SslProvider provider) {
    Path trusted = TestAuthority.write(directory.resolve("ca.pem"), before);
    TestCertificate.Files own = client(before);
    try (FakeCluster cluster = new FakeCluster(1, node(before).serverFor(trusted));
        QuorateClient client =
            open(
                cluster,
                provider,
                TlsOptions.DEFAULT
                    .authorities(trusted)
                    .certificate(own.certificate(), own.key()))) {
      put(client);
      TestAuthority.write(trusted, before, after);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
      restart(cluster, node(after), trusted);
      put(client);
      client(after);
      TestAuthority.write(trusted, after);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
      restart(cluster, node(after), trusted);
      put(client);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void filesThatCannotBeUsedAreNotTaken(SslProvider provider) throws Exception {
    Path trusted = TestAuthority.write(directory.resolve("ca.pem"), before);
    TestCertificate.Files own = client(before);
    String key = Files.readString(own.key());
    try (FakeCluster cluster = new FakeCluster(1, node(before).serverFor(trusted));
        QuorateClient client =
            open(
                cluster,
                provider,
                TlsOptions.DEFAULT
                    .authorities(trusted)
                    .certificate(own.certificate(), own.key()))) {
      put(client);
      Path others = TestAuthority.write(directory.resolve("nodes.pem"), before);
      for (String broken : new String[] {"", "-----BEGIN PRIVATE KEY-----", wrongKey()}) {
        Files.writeString(own.key(), broken);
        // Of the others nothing is taken alone.
        TestAuthority.write(trusted, after);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        restart(cluster, node(before), others);
        put(client);
      }
      Files.delete(own.key());
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
      restart(cluster, node(before), others);
      put(client);
      Files.writeString(own.key(), key);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
      restart(cluster, node(after), others);
      put(client);
    }
  }

  @Test
  void filesAreLookedAtOnceInTenSeconds() {
    Path trusted = TestAuthority.write(directory.resolve("ca.pem"), before);
    try (FakeCluster cluster = new FakeCluster(1, node(before).server());
        QuorateClient client =
            open(cluster, SslProvider.OPENSSL, TlsOptions.DEFAULT.authorities(trusted))) {
      put(client);
      TestAuthority.write(trusted, after);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(9));
      restart(cluster, node(before), null);
      put(client);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      restart(cluster, node(before), null);
      WriteOptions soon = WriteOptions.DEFAULT.timeout(Duration.ofMillis(200));
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> client.keyValue().put("k", "v", soon))
                      .isInstanceOf(UnavailableException.class)
                      .hasMessageContaining("its certificate is not trusted"));
    }
  }

  private String wrongKey() throws Exception {
    return Files.readString(before.certificate("x").issue().write(directory, "x").key());
  }

  private QuorateClient open(FakeCluster cluster, SslProvider provider, TlsOptions options) {
    Tls tls = new Tls(options, "", provider, nanos::get);
    return Wiring.open(
        ClientSettings.DEFAULT
            .endpoints(List.of(cluster.endpoints()))
            .timeout(Duration.ofSeconds(5)),
        (loop, address, calls) -> Wiring.channel(loop, address, tls, calls));
  }

  private TestCertificate.Files node(TestAuthority authority) {
    return authority.certificate("node").ip("127.0.0.1").issue().write(directory, "node");
  }

  private TestCertificate.Files client(TestAuthority authority) {
    return authority.certificate("client").issue().write(directory, "client");
  }

  private static void restart(
      FakeCluster cluster, TestCertificate.Files certificate, @Nullable Path clients) {
    FakeNode node = cluster.nodes.get(0);
    node.kill();
    node.credentials = clients == null ? certificate.server() : certificate.serverFor(clients);
    node.start();
  }

  private static void put(QuorateClient client) {
    client.keyValue().put("k", "v");
    assertThat(client.keyValue().get("k").text()).isEqualTo("v");
  }
}
