package io.quorate.cli.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.RunLock;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates are read back by the JDK alone, as nodes and clients do. */
class InitCommandTest {
  private static final String SERVERS = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENTS = "1.3.6.1.5.5.7.3.2";
  private static final Duration LATE = Duration.ofMinutes(5);

  @TempDir private Path parent;

  private Path directory() {
    return parent.resolve("certificates");
  }

  private Ran init(String... options) {
    List<String> command = new ArrayList<>(List.of("security", "init", directory().toString()));
    command.addAll(List.of(options));
    return Ran.command(command.toArray(String[]::new));
  }

  private void made(String... options) {
    Ran ran = init(options);
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void nodeHasACertificateOfTheAuthorityForItsHosts() throws Exception {
    made("--node", "node-1+db.example+10.0.0.1+::1");
    X509Certificate node = certificate("node-1/node.pem");
    requireIssued(node);
    assertThat(node.getSubjectX500Principal().getName()).isEqualTo("CN=node-1");
    assertThat(names(node))
        .containsExactly(
            "2 node-1", "2 db.example", "7 10.0.0.1", "7 0:0:0:0:0:0:0:1", "6 quorate:node");
    assertThat(node.getExtendedKeyUsage()).containsExactly(SERVERS, CLIENTS);
    requireOfAnEntity(node);
    requireFits(key("node-1/node.key"), node.getPublicKey());
    assertThat(Files.readString(directory().resolve("node-1/authorities.pem")))
        .isEqualTo(Files.readString(directory().resolve("authorities.pem")));
  }

  @Test
  void clientHasACertificateByWhichNoNodeCanBeRun() throws Exception {
    made("--node", "node-1", "--client", "reports,ops");
    X509Certificate client = certificate("reports/client.pem");
    requireIssued(client);
    assertThat(client.getSubjectX500Principal().getName()).isEqualTo("CN=reports");
    assertThat(names(client)).containsExactly("6 quorate:user/reports");
    assertThat(client.getExtendedKeyUsage()).containsExactly(CLIENTS);
    requireOfAnEntity(client);
    requireFits(key("reports/client.key"), client.getPublicKey());
    assertThat(names(certificate("ops/client.pem"))).containsExactly("6 quorate:user/ops");
  }

  @Test
  void rootHasACertificateTooOnceTheAuthorityIsMade() throws Exception {
    made("--node", "node-1", "--client", "reports");
    X509Certificate root = certificate("root/client.pem");
    requireIssued(root);
    assertThat(names(root)).containsExactly("6 quorate:user/root");
    assertThat(certificate("reports/client.pem")).isNotNull();
    CommandOfSystem.run(directory(), "rm -r root");
    made("--node", "node-2");
    made("--client", "ops", "--missing");
    assertThat(directory().resolve("root")).as("taken away, and not asked for").doesNotExist();
    made("--client", "root");
    requireIssued(certificate("root/client.pem"));
  }

  @Test
  void rootIsMadeOnceIfItIsAskedForToo() throws Exception {
    made("--node", "node-1", "--client", "root,reports");
    requireIssued(certificate("root/client.pem"));
    requireIssued(certificate("reports/client.pem"));
  }

  @Test
  void authorityMayIssueAndNothingElse() throws Exception {
    made("--node", "node-1", "--name", "the, \"first\"");
    X509Certificate authority = certificate("authorities.pem");
    assertThat(authority.getSubjectX500Principal()).isEqualTo(authority.getIssuerX500Principal());
    assertThat(authority.getSubjectX500Principal().getName())
        .isEqualTo("CN=Quorate authority of the\\, \\\"first\\\"");
    assertThat(authority.getBasicConstraints()).isNotNegative();
    assertThat(authority.getKeyUsage())
        .containsExactly(false, false, false, false, false, true, true, false, false);
    assertThat(authority.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
    requireDays(authority, 3650);
    requireFits(key("authority.key"), authority.getPublicKey());
  }

  @Test
  void keysAreForTheirOwnerAlone() throws IOException {
    made("--node", "node-1");
    assertThat(permissions())
        .containsExactlyEntriesOf(
            new TreeMap<>(
                Map.ofEntries(
                    Map.entry("", "rwx------"),
                    Map.entry("authorities.pem", "rw-r--r--"),
                    Map.entry("authority.key", "rw-------"),
                    Map.entry("root", "rwx------"),
                    Map.entry("root/authorities.pem", "rw-r--r--"),
                    Map.entry("root/client.key", "rw-------"),
                    Map.entry("root/client.pem", "rw-r--r--"),
                    Map.entry("node-1", "rwx------"),
                    Map.entry("node-1/authorities.pem", "rw-r--r--"),
                    Map.entry("node-1/node.key", "rw-------"),
                    Map.entry("node-1/node.pem", "rw-r--r--"))));
  }

  @Test
  void whatIsThereIsNeverWrittenOver() throws IOException {
    made("--node", "node-1");
    Map<String, String> before = contents();
    for (String[] again :
        List.of(
            new String[] {"--node", "node-1"},
            new String[] {"--node", "node-2,node-1"},
            new String[] {"--node", "node-2", "--client", "root"},
            new String[] {"--client", "node-1"},
            new String[] {"--node", "root"})) {
      Ran ran = init(again);
      assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("nothing was made", "is there already");
      assertThat(contents()).isEqualTo(before);
    }
  }

  @Test
  void nodesAndClientsAreAddedByTheAuthorityThatIsThere() throws Exception {
    made("--node", "node-1");
    Map<String, String> before = contents();
    made("--node", "node-2", "--client", "reports");
    made("--client", "ops");
    requireIssued(certificate("node-2/node.pem"));
    requireIssued(certificate("reports/client.pem"));
    requireIssued(certificate("ops/client.pem"));
    assertThat(contents()).containsAllEntriesOf(before);
  }

  @Test
  void onlyWhatIsMissingIsMadeIfOneSaysSo() throws Exception {
    String[] all = {"--node", "node-1,node-2", "--client", "root,reports", "--missing"};
    made("--node", "node-1");
    Map<String, String> before = contents();
    made(all);
    requireIssued(certificate("node-2/node.pem"));
    requireIssued(certificate("reports/client.pem"));
    assertThat(contents()).containsAllEntriesOf(before);
    Map<String, String> complete = contents();
    Ran again = init(all);
    assertThat(again.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(again.out()).contains("nothing to make");
    assertThat(contents()).isEqualTo(complete);
  }

  private Path unfinished(String file) {
    return directory().resolve("." + file + ".unfinished");
  }

  /** At each of the steps by which the two files of the authority come about. */
  @Test
  void aRunThatWasKilledBeforeTheAuthorityWasWholeIsMadeGoodByTheNext() throws Exception {
    Files.createDirectories(directory());
    Files.writeString(unfinished("authority.key"), "half of a k");
    made("--node", "node-1");
    requireIssued(certificate("node-1/node.pem"));
    assertThat(unfinished("authority.key")).doesNotExist();

    CommandOfSystem.run(directory(), "rm -r node-1 root");
    Files.move(directory().resolve("authorities.pem"), unfinished("authorities.pem"));
    made("--node", "node-1", "--client", "root");
    requireIssued(certificate("node-1/node.pem"));
    requireIssued(certificate("root/client.pem"));

    CommandOfSystem.run(directory(), "rm -r node-1 root");
    Files.move(directory().resolve("authorities.pem"), unfinished("authorities.pem"));
    Files.move(directory().resolve("authority.key"), unfinished("authority.key"));
    made("--node", "node-1");
    requireIssued(certificate("node-1/node.pem"));
    requireIssued(certificate("root/client.pem"));
    assertThat(permissions()).doesNotContainKey(".authorities.pem.unfinished");
  }

  @Test
  void keyOfTheAuthorityCanBeElsewhere() throws Exception {
    Path apart = parent.resolve("apart");
    made("--node", "node-1", "--key-dir", apart.toString());
    assertThat(directory().resolve("authority.key")).doesNotExist();
    made("--node", "node-2", "--key-dir", apart.toString());
    requireIssued(certificate("node-2/node.pem"));
    Ran without = init("--node", "node-3");
    assertThat(without.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(without.err()).contains("authorities.pem, but no", "authority.key");
  }

  @Test
  void authorityThatOpensslMadeIssues() throws Exception {
    Files.createDirectory(directory());
    CommandOfSystem.run(
        directory(),
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
            + " -subj '/CN=other' -keyout authority.key -out authorities.pem");
    made("--node", "node-1", "--days", "365");
    X509Certificate node = certificate("node-1/node.pem");
    requireIssued(node);
    assertThat(node.getNotAfter()).isEqualTo(certificate("authorities.pem").getNotAfter());
  }

  /** Both would take the directory for empty, and each move files of the other into place. */
  @Test
  void ofTwoRunsAtATimeOneIsRefused() throws IOException {
    CertificateDirectory files = new CertificateDirectory(directory());
    try (Closeable other = files.lock(true)) {
      assertThat(other).isNotNull();
      Ran ran = init("--node", "node-1");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("nothing was made: another run makes certificates in");
      assertThat(files.hasAuthority()).isFalse();
      assertThat(files.holds("node-1")).isFalse();
    }
    made("--node", "node-1");
    try (Stream<Path> left = Files.list(directory())) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("authorities.pem", "authority.key", "node-1", "root");
    }
  }

  /** As on some that are mounted from another machine. */
  @Test
  void fileSystemThatKeepsNoLocksIsSaid() {
    CertificateDirectory files =
        new CertificateDirectory(
            directory(),
            directory(),
            file -> {
              throw new RunLock.CannotLockException(file, new IOException("No locks available"));
            });
    assertThatThrownBy(() -> files.lock(true))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "nothing was made: %s: No locks available: this file system keeps no locks: make the"
                + " certificates in a directory on another one, and copy them",
            directory().toAbsolutePath().normalize().resolve(".init.lock"));
    assertThat(files.hasAuthority()).isFalse();
  }

  @Test
  void runsWithTheSameDirectoryForKeysAreKeptApartToo() throws IOException {
    Path keys = parent.resolve("keys");
    try (Closeable other = new CertificateDirectory(parent.resolve("other"), keys).lock(true)) {
      assertThat(other).isNotNull();
      Ran ran = init("--node", "node-1", "--key-dir", keys.toString());
      assertThat(ran.err()).contains("another run makes certificates in " + keys);
    }
    made("--node", "node-1", "--key-dir", keys.toString());
    try (Closeable other = new CertificateDirectory(parent.resolve("other"), keys).lock(true)) {
      assertThat(other).isNotNull();
      made("--node", "node-2", "--key-dir", keys.toString()); // has its authority
    }
  }

  @Test
  void keyOfAnotherAuthorityIssuesNothing() throws IOException {
    made("--node", "node-1");
    Files.move(directory(), parent.resolve("other"));
    made("--node", "node-1");
    Files.delete(directory().resolve("authority.key"));
    Files.copy(parent.resolve("other/authority.key"), directory().resolve("authority.key"));
    Ran ran = init("--node", "node-2");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("is the key of none of the authorities");
    Files.writeString(directory().resolve("authority.key"), "no key");
    assertThat(init("--node", "node-2").err()).contains("cannot be used as the key");
    Files.writeString(directory().resolve("authorities.pem"), "no certificate");
    assertThat(init("--node", "node-2").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void authorityThatHasExpiredIssuesNothing() throws IOException {
    CertificateDirectory files = new CertificateDirectory(directory());
    files.createAuthority("old", Instant.now().minus(Duration.ofDays(3651)));
    Ran ran = init("--node", "node-1");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("has expired");
  }

  @Test
  void certificatesAreValidForAsLongAsIsSaid() throws Exception {
    made("--node", "node-1", "--days", "7");
    requireDays(certificate("node-1/node.pem"), 7);
    made("--node", "node-2");
    requireDays(certificate("node-2/node.pem"), 365);
  }

  @Test
  void serialsAreLongPositiveAndDiffer() throws Exception {
    made("--node", "node-1,node-2");
    X509Certificate one = certificate("node-1/node.pem");
    X509Certificate other = certificate("node-2/node.pem");
    assertThat(one.getSerialNumber()).isPositive().isNotEqualTo(other.getSerialNumber());
    assertThat(one.getSerialNumber().bitLength()).isEqualTo(127);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "../x",
        "a/b",
        "/",
        ".",
        "..",
        "-a",
        "a-",
        "a..b",
        ".a",
        "a.",
        "a_b",
        "1.2.3",
        "1.2.3.999",
        "12",
        "node-1:7401",
        "[::1]",
        "::1%eth0",
        "*.example",
        "a+",
        "+",
        "a++b",
        "ä",
        "a\nb",
        "authorities.pem",
        "authority.key"
      })
  void whatIsNoHostIsRefused(String host) {
    Ran ran = init("--node=" + host);
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).startsWith("quorate: ");
    assertThat(directory()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", ".a", "a/b", "a+b", "a b", "authorities.pem", "node-1"})
  void whatIsNoNameOfAClientIsRefused(String client) {
    assertThat(init("--node", "node-1", "--client=" + client).exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(directory()).doesNotExist();
  }

  @Test
  void otherWrongInputIsRefused() {
    assertThat(init().err()).contains("name the nodes of the cluster");
    assertThat(init("--client", "a").err()).contains("name the nodes of the cluster");
    assertThat(init("--node", "a,a").err()).contains("two of the same name");
    assertThat(init("--node", "root").err()).contains("'root': two of the same name");
    assertThat(init("--node", "a", "--days", "0").err()).contains("give 1 to 3650");
    assertThat(init("--node", "a", "--days", "3651").err()).contains("give 1 to 3650");
    assertThat(init("--node", "a", "--name", " ").err()).contains("give 1 to 40 characters");
    assertThat(Ran.command("security", "init", "--node", "a").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(directory()).doesNotExist();
  }

  @Test
  void settingsAndOptionsAreTold() {
    Ran ran = init("--node", "node-1");
    Path node = directory().resolve("node-1");
    Path root = directory().resolve("root");
    assertThat(ran.out())
        .contains(
            String.join(
                System.lineSeparator(),
                "tls:",
                "  certificate: " + node.resolve("node.pem"),
                "  key: " + node.resolve("node.key"),
                "  authorities: " + node.resolve("authorities.pem")))
        .contains(
            "--tls-ca %s --tls-cert %s --tls-key %s"
                .formatted(
                    root.resolve("authorities.pem"),
                    root.resolve("client.pem"),
                    root.resolve("client.key")))
        .contains(
            "export QUORATE_CLIENT_TLS_CA=" + root.resolve("authorities.pem"),
            "export QUORATE_CLIENT_TLS_CERT=" + root.resolve("client.pem"),
            "export QUORATE_CLIENT_TLS_KEY=" + root.resolve("client.key"))
        .contains(
            "quorate security init " + directory() + " --client NAME",
            "quorate user create NAME",
            "quorate grant read,scan,write,delete --to-user NAME --tenant TENANT");
    assertThat(init("--node", "node-3").out()).doesNotContain("export", "quorate user create");
    assertThat(init("--client", "reports").out())
        .doesNotContain("export", "Copy the files")
        .contains("quorate user create reports");
    JsonNode json = init("--node", "node-2+localhost", "--client", "ops", "--json").json();
    assertThat(json.at("/authority/made").asBoolean()).isFalse();
    assertThat(json.at("/nodes/0/hosts/1").asText()).isEqualTo("localhost");
    assertThat(json.at("/nodes/0/key").asText())
        .isEqualTo(directory().resolve("node-2/node.key").toString());
    assertThat(json.at("/clients/0/certificate").asText())
        .isEqualTo(directory().resolve("ops/client.pem").toString());
  }

  private X509Certificate certificate(String file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(directory().resolve(file))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private PrivateKey key(String file) throws IOException, GeneralSecurityException {
    String pem = Files.readString(directory().resolve(file), StandardCharsets.US_ASCII);
    assertThat(pem)
        .startsWith("-----BEGIN PRIVATE KEY-----\n")
        .endsWith("-----END PRIVATE KEY-----\n");
    byte[] bytes = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
  }

  private void requireIssued(X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(certificate.getExtensionValue("2.5.29.35")).as("authority key id").isNotNull();
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(certificate("authorities.pem"), null)));
    parameters.setRevocationEnabled(false);
    try {
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
              parameters);
    } catch (CertPathValidatorException refused) {
      throw new AssertionError(refused);
    }
  }

  private static void requireOfAnEntity(X509Certificate certificate) {
    assertThat(certificate.getBasicConstraints()).as("no authority").isEqualTo(-1);
    assertThat(certificate.getKeyUsage())
        .containsExactly(true, false, false, false, false, false, false, false, false);
    assertThat(((ECPublicKey) certificate.getPublicKey()).getParams().toString())
        .contains("secp256r1");
  }

  private static void requireFits(PrivateKey key, PublicKey other) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(other);
    assertThat(signature.verify(signed)).isTrue();
  }

  private static void requireDays(X509Certificate certificate, int days) {
    Instant now = Instant.now();
    assertThat(certificate.getNotBefore().toInstant())
        .isBetween(now.minus(Duration.ofHours(1)).minus(LATE), now.minus(Duration.ofHours(1)));
    assertThat(certificate.getNotAfter().toInstant())
        .isBetween(now.plus(Duration.ofDays(days)).minus(LATE), now.plus(Duration.ofDays(days)));
  }

  private static List<String> names(X509Certificate certificate) throws GeneralSecurityException {
    return certificate.getSubjectAlternativeNames().stream()
        .map(name -> name.get(0) + " " + name.get(1))
        .toList();
  }

  private Map<String, String> permissions() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory())) {
      for (Path each : all.toList()) {
        found.put(
            directory().relativize(each).toString(),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
      }
    }
    return found;
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory())) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        found.put(directory().relativize(each).toString(), Files.readString(each));
      }
    }
    return found;
  }
}
