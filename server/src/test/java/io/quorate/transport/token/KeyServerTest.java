package io.quorate.transport.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import io.quorate.client.tls.TestAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys are believed, from a file and from a server. */
class KeyServerTest {
  /** For a server that answers. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static final RSAKey KEY = Provider.rsa("first");
  private static final TestAuthority OURS = new TestAuthority("ours");
  private static final TestAuthority THEIRS = new TestAuthority("theirs");

  @TempDir private Path directory;
  private final JwkServer server;
  private final CountDownLatch over = new CountDownLatch(1);

  KeyServerTest() throws Exception {
    server = new JwkServer(OURS);
  }

  private KeyServer at(String path, TestAuthority trusted) {
    return at(path, trusted, LONGEST);
  }

  private KeyServer at(String path, TestAuthority trusted, Duration within) {
    Path authorities = TestAuthority.write(directory.resolve("ca.pem"), trusted);
    return new KeyServer(server.uri(path), authorities, within);
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.close();
  }

  private static void failsWith(KeySource source, String why) {
    assertThatThrownBy(source::read)
        .isInstanceOf(TokenKeysException.class)
        .hasMessageStartingWith("jwt.")
        .hasMessageContaining(why);
  }

  @Test
  void keysComeFromAServerThatProvesItself() throws Exception {
    KeyServer keys = at("/certs", OURS);
    server.answers(Provider.set(KEY));
    assertThat(keys.read().ids()).containsExactly("first");
    server.answers(Provider.set(KEY, Provider.rsa("second")));
    assertThat(keys.read().ids()).containsExactly("first", "second");
    failsWith(at("/certs", THEIRS), "certification path");
    failsWith(new KeyServer(server.uri("/certs"), null, LONGEST), "certification path");
  }

  @Test
  void aCertificateIsForItsHost() throws Exception {
    Path authorities = TestAuthority.write(directory.resolve("ca.pem"), OURS);
    try (JwkServer other = new JwkServer(OURS.certificate("other").dns("id.example").issue())) {
      other.answers(Provider.set(KEY));
      failsWith(new KeyServer(other.uri("/certs"), authorities, LONGEST), "127.0.0.1");
    }
  }

  @Test
  void whatIsNoAnswerIsNotBelieved() throws Exception {
    KeyServer keys = at("/certs", OURS);
    server.answers("<html>log in</html>".getBytes(StandardCharsets.UTF_8));
    failsWith(keys, "is no JWK set");
    assertThatThrownBy(keys::read).isNotInstanceOf(NoTokenKeysException.class);
    server.answers("{\"keys\":[]}".getBytes(StandardCharsets.UTF_8));
    failsWith(keys, "has 0 keys");
    assertThatThrownBy(keys::read).isInstanceOf(NoTokenKeysException.class);
    server.answers(new byte[10 << 20]);
    failsWith(keys, "more than 524288 bytes");
    server.answers(503, Provider.set(KEY));
    failsWith(keys, "status 503");
    server.handles(JwkServer.redirect(server.uri("/elsewhere").toString()));
    server.at("/elsewhere", exchange -> JwkServer.send(exchange, 200, Provider.set(KEY)));
    failsWith(keys, "status 302");
    assertThat(server.asked("/elsewhere")).isZero();
  }

  @Test
  void aServerThatIsSlowOrGoneIsNotWaitedFor() throws Exception {
    KeyServer keys = at("/certs", OURS, Duration.ofSeconds(2));
    server.handles(this::drip);
    long begun = System.nanoTime();
    failsWith(keys, "within 2s");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
    server.close();
    failsWith(keys, "no keys can be had there: cannot be connected to: nothing listens there");
  }

  /** Sends a byte now and then, for longer than the test takes. */
  private void drip(HttpExchange exchange) throws IOException {
    byte[] all = Provider.set(KEY);
    exchange.sendResponseHeaders(200, 0);
    try {
      for (byte each : all) {
        exchange.getResponseBody().write(each);
        exchange.getResponseBody().flush();
        if (over.await(100, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void onlyKeysThatVerifySignaturesAreTaken() throws Exception {
    Path file = directory.resolve("keys");
    byte[] set =
        Provider.set(
            new RSAKey.Builder(Provider.rsa("enc")).keyUse(KeyUse.ENCRYPTION).build(),
            new RSAKeyGenerator(1_024, true).keyID("short").generate(),
            new RSAKey.Builder(KEY).keyID(null).build(),
            Provider.curve("curve", Curve.P_256),
            KEY);
    Files.write(file, set);
    assertThat(new KeyFile(file).read().ids()).containsExactly("curve", "first");
    OctetSequenceKey secret =
        new OctetSequenceKey.Builder(
                "planted secret of 32 bytes......".getBytes(StandardCharsets.UTF_8))
            .keyID("secret")
            .build();
    Files.writeString(file, "{\"keys\":[" + secret.toJSONString() + "]}");
    failsWith(new KeyFile(file), "has 1 keys, and none that verifies tokens");
    Files.writeString(file, "{\"keys\":[" + KEY.toJSONString() + "]}");
    assertThat(new KeyFile(file).read().ids()).containsExactly("first");
    failsWith(new KeyFile(directory.resolve("none")), "cannot be read");
    failsWith(
        new KeyServer(JwkServer.anywhere(), directory.resolve("none"), Duration.ofSeconds(1)),
        "jwt.ca");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://id.example/certs",
        "file:///etc/keys",
        "https:///certs",
        "https://a:b@id.example/c",
        "",
        "ftp://id.example/x",
        "https://id example/"
      })
  void aPlaceIsAFileOrHttps(String text) {
    assertThatThrownBy(() -> KeyPlace.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
