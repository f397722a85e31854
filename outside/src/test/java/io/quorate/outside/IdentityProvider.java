package io.quorate.outside;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An identity provider: it gives tokens that it signs, and its public key by https. */
final class IdentityProvider implements AutoCloseable {
  static final String ISSUER = "https://id.example/realms/shop";
  static final String AUDIENCE = "quorate";

  private final HttpsServer server;
  private final KeyPair keys;
  private final KeyPair othersKeys;

  /**
   * @param certificate in PEM, for 127.0.0.1
   * @param key of the certificate, PKCS#8 in PEM
   */
  IdentityProvider(Path certificate, Path key) throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2_048);
    keys = generator.generateKeyPair();
    othersKeys = generator.generateKeyPair();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(certificate, key)));
    byte[] set = keySet().getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/certs",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, set.length);
            exchange.getResponseBody().write(set);
          }
        });
    server.start();
  }

  private static SSLContext context(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    try (InputStream pem = Files.newInputStream(certificate)) {
      own.setKeyEntry(
          "own",
          privateKey(key),
          new char[0],
          CertificateFactory.getInstance("X.509")
              .generateCertificates(pem)
              .toArray(Certificate[]::new));
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static PrivateKey privateKey(Path pem) throws IOException, GeneralSecurityException {
    String base64 =
        Files.readAllLines(pem).stream()
            .filter(line -> !line.startsWith("-----"))
            .collect(Collectors.joining());
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
    return KeyFactory.getInstance("EC").generatePrivate(encoded);
  }

  /** Where its keys are. */
  String keysUrl() {
    return "https://127.0.0.1:" + server.getAddress().getPort() + "/certs";
  }

  /** Its keys, as a JWK set. */
  String keySet() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"k1\",\"n\":\"%s\",\"e\":\"%s\"}]}"
        .formatted(base64(key.getModulus()), base64(key.getPublicExponent()));
  }

  private static String base64(BigInteger number) {
    byte[] signed = number.toByteArray();
    int from = signed[0] == 0 ? 1 : 0;
    return base64(Arrays.copyOfRange(signed, from, signed.length));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A good token, for some seconds from now on. */
  String token(String user, long seconds) throws GeneralSecurityException {
    return token(user, seconds, AUDIENCE, keys);
  }

  /** A token for another audience. */
  String forOthers(String user) throws GeneralSecurityException {
    return token(user, 600, "account", keys);
  }

  /** A token that this provider has not signed. */
  String forged(String user) throws GeneralSecurityException {
    return token(user, 600, AUDIENCE, othersKeys);
  }

  private static String token(String user, long seconds, String audience, KeyPair by)
      throws GeneralSecurityException {
    long now = System.currentTimeMillis() / 1_000;
    String head = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}";
    String said =
        "{\"iss\":\"%s\",\"aud\":[\"%s\"],\"preferred_username\":\"%s\",\"sub\":\"4711\",\"iat\":%d,\"exp\":%d}"
            .formatted(ISSUER, audience, user, now, now + seconds);
    String signed =
        base64(head.getBytes(StandardCharsets.UTF_8))
            + "."
            + base64(said.getBytes(StandardCharsets.UTF_8));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(by.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + base64(signature.sign());
  }

  /** Settings of a node that takes its tokens, but for where its keys are. */
  static Map<String, String> settings() {
    return Map.of(
        "QUORATE_JWT_ISSUER", ISSUER,
        "QUORATE_JWT_AUDIENCE", AUDIENCE,
        "QUORATE_JWT_USER_CLAIM", "preferred_username");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
