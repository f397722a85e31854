package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.node.StartCheck.Finding;
import io.quorate.node.config.NodeConfig;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.crypt.Keyring;
import io.quorate.storage.rocks.RocksStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found before a start is what the start would say. */
class StartCheckTest {
  private static final TestAuthority OURS = new TestAuthority("ours");

  @TempDir private Path directory;

  private Map<String, String> settings(String... more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("node.data_dir", directory.resolve("data").toString());
    settings.put("http.listen", "off");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private Map<String, String> withTls(Instant until) {
    TestCertificate.Files node =
        OURS.certificate("node")
            .ip("127.0.0.1")
            .uri("quorate:node")
            .valid(Instant.now().minus(Duration.ofDays(1)), until)
            .issue()
            .write(directory, "node");
    return settings(
        "tls.certificate",
        node.certificate().toString(),
        "tls.key",
        node.key().toString(),
        "tls.authorities",
        TestAuthority.write(directory.resolve("ca.pem"), OURS).toString());
  }

  private static List<Finding> check(Map<String, String> settings) throws Exception {
    return StartCheck.of(NodeConfig.of(settings), System.currentTimeMillis());
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  private Set<String> everything() throws IOException {
    Set<String> all = new TreeSet<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.toList()) {
        all.add(each + " " + Files.getLastModifiedTime(each));
      }
    }
    return all;
  }

  /** The one finding, which the node itself gives as the reason why it does not start. */
  private void assertFatal(Map<String, String> settings, String setting) throws Exception {
    Set<String> before = everything();
    List<Finding> found = check(settings);
    assertThat(everything()).as("nothing is made or changed").isEqualTo(before);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).setting()).isEqualTo(setting);
    assertThat(found.get(0).fatal()).isTrue();
    NodeConfig config = NodeConfig.of(settings);
    assertThatThrownBy(() -> QuorateNode.start(config).close())
        .isInstanceOf(NodeStartException.class)
        .hasMessage(found.get(0).what());
  }

  @Test
  void nothingIsFoundWhereAllIsWell() throws Exception {
    Map<String, String> settings = withTls(Instant.now().plus(Duration.ofDays(365)));
    Path keys = directory.resolve("master.key");
    String unused = MasterKeyFile.create(keys);
    settings.put("storage.master_key_file", keys.toString());
    settings.put("audit.file", directory.resolve("audit.log").toString());
    settings.put("log.file", directory.resolve("node.log").toString());
    settings.put("node.data_dir", directory.resolve("to/be/created").toString());
    Set<String> before = everything();
    assertThat(check(settings)).isEmpty();
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void certificatesAreReadAsTheNodeReadsThem() throws Exception {
    Map<String, String> settings = withTls(Instant.now().plus(Duration.ofDays(365)));
    Path other = OURS.certificate("other").issue().write(directory, "other").key();
    assertFatal(with(settings, "tls.key", other.toString()), "tls.certificate");
    assertFatal(with(settings, "tls.key", file("cut.key", "cut off")), "tls.key");
    assertFatal(
        with(settings, "tls.authorities", directory.resolve("none.pem").toString()),
        "tls.authorities");
    assertFatal(with(settings, "tls.revoked", file("revoked.pem", "no list")), "tls.revoked");
  }

  @Test
  void masterKeysAreReadAsTheNodeReadsThem() throws Exception {
    String missing = directory.resolve("missing.key").toString();
    assertFatal(settings("storage.master_key_file", missing), "storage.master_key_file");
    assertFatal(
        settings("storage.master_key_file", file("master.key", "something else")),
        "storage.master_key_file");
  }

  @Test
  void theKeysOfAProviderAreReadAsTheNodeReadsThem() throws Exception {
    Map<String, String> settings = withTls(Instant.now().plus(Duration.ofDays(365)));
    settings.put("jwt.issuer", "https://issuer");
    settings.put("jwt.audience", "quorate");
    settings.put("jwt.keys", directory.resolve("none.json").toString());
    List<Finding> found = check(settings);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).setting()).isEqualTo("jwt.keys");
    assertThat(found.get(0).fatal()).isTrue();
  }

  @Test
  void theDataDirectoryMustBeOneThatCanBeWritten() throws Exception {
    Map<String, String> inFile = settings("node.data_dir", file("plain", "") + "/data");
    List<Finding> found = check(inFile);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).fatal()).isTrue();
    assertThat(found.get(0).what()).contains("plain is not a directory");
    NodeConfig config = NodeConfig.of(inFile);
    assertThatThrownBy(() -> QuorateNode.start(config).close())
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("cannot be created or entered");

    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeThat(Files.isWritable(closed)).as("root may write anywhere").isFalse();
    found = check(settings("node.data_dir", closed.resolve("data").toString()));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).what())
        .contains("closed is not writable by user " + RocksStorage.user());
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    found = check(settings("node.data_dir", closed.resolve("data").toString()));
    assertThat(found).as("what cannot be seen is not said of keys").hasSize(1);
    NodeConfig unseen = NodeConfig.of(settings("node.data_dir", closed + "/data"));
    assertThatThrownBy(() -> QuorateNode.start(unseen).close())
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("cannot be created or entered");
  }

  @Test
  void filesThatAreWrittenNeedADirectory() throws Exception {
    String nowhere = directory.resolve("none/there.log").toString();
    String belowFile = file("plain", "") + "/none/there.log";
    assertThat(check(settings("audit.file", nowhere, "log.file", belowFile)))
        .extracting(Finding::setting, Finding::fatal)
        .containsExactly(Tuple.tuple("audit.file", true), Tuple.tuple("log.file", false));
  }

  /** The node makes it at its start. */
  @Test
  void theDirectoryOfTheLogNeedNotBeThere() throws Exception {
    assertThat(check(settings("log.file", directory.resolve("not/there/yet.log").toString())))
        .isEmpty();
  }

  /** As after a start as another user; that a directory is no file even root sees. */
  @Test
  void filesOfTheDataDirectoryMustBeTheNodesOwn() throws Exception {
    for (String name : List.of("lock", "db/LOCK", "db/CURRENT")) {
      Path data = directory.resolve("data of " + name.replace('/', ' '));
      Files.createDirectories(data.resolve(name));
      List<Finding> found = check(settings("node.data_dir", data.toString()));
      assertThat(found).as(name).hasSize(1);
      assertThat(found.get(0).setting()).isEqualTo("node.data_dir");
      assertThat(found.get(0).fatal()).isTrue();
      assertThat(found.get(0).what()).contains(data.resolve(name).getFileName() + " in data");
    }
    Path database = Files.createDirectories(directory.resolve("data/db"));
    Path lock = Files.writeString(directory.resolve("data/lock"), "");
    Path current = Files.writeString(database.resolve("CURRENT"), "MANIFEST-000001");
    assertThat(check(settings())).isEmpty();
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("r--r--r--"));
    Files.setPosixFilePermissions(current, PosixFilePermissions.fromString("-w-------"));
    assumeThat(Files.isWritable(lock)).as("root may write anywhere").isFalse();
    assertThat(check(settings())).hasSize(1);
    Files.delete(lock);
    assertThat(check(settings()).get(0).what()).startsWith("CURRENT in data directory");
  }

  /** Else a node would be stopped by a check that says it can start. */
  @Test
  void theMasterKeyMustBeThatOfTheDataDirectory() throws Exception {
    Path keys = directory.resolve("master.key");
    String unused = MasterKeyFile.create(keys);
    Path data = Files.createDirectories(directory.resolve("data"));
    Map<String, String> right = settings("storage.master_key_file", keys.toString());
    Keyring keyring =
        Objects.requireNonNull(
            Keyring.open(
                data, MasterKeyFile.encryption(NodeConfig.of(right).storage()), new SystemClock()));
    byte[] unusedValue = keyring.seal(1, new byte[] {1}, new byte[] {2});
    assertThat(check(right)).isEmpty();

    Path other = directory.resolve("other.key");
    unused = MasterKeyFile.create(other);
    assertKeysRefused(settings("storage.master_key_file", other.toString()), "encrypted under");
    assertKeysRefused(settings(), "storage.master_key_file is not set");
    Files.writeString(data.resolve("keys"), "cut off");
    assertKeysRefused(right, "is damaged");
  }

  private void assertKeysRefused(Map<String, String> settings, String why) throws Exception {
    List<Finding> found = check(settings);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).setting()).isEqualTo("storage.master_key_file");
    assertThat(found.get(0).fatal()).isTrue();
    assertThat(found.get(0).what()).contains(why);
  }

  /** Only its owner can say whether that is meant, so a node starts with it. */
  @Test
  void secretsThatOthersMayReadAreTold() throws Exception {
    Map<String, String> settings = withTls(Instant.now().plus(Duration.ofDays(365)));
    Path keys = directory.resolve("master.key");
    String unused = MasterKeyFile.create(keys);
    settings.put("storage.master_key_file", keys.toString());
    String token = file("token", "01234567." + "89abcdef".repeat(4));
    settings.put("cluster.join_token_file", token);
    for (String mode : List.of("rw-------", "r--------")) {
      permit(settings, mode);
      assertThat(check(settings)).as(mode).isEmpty();
    }
    for (String mode : List.of("rw-r--r--", "rw----r--")) {
      permit(settings, mode);
      assertThat(check(settings))
          .as(mode)
          .extracting(Finding::setting, Finding::fatal)
          .containsExactly(
              Tuple.tuple("tls.key", false),
              Tuple.tuple("storage.master_key_file", false),
              Tuple.tuple("cluster.join_token_file", false));
    }
    assertThat(check(settings).get(1).what()).endsWith("say chmod 600 " + keys);
  }

  /** Else what root is told to do would not end what it is told. */
  @Test
  void groupMayReadAFileOfRootAndNotOneOfTheNodesUser() {
    assertThat(OpenSecrets.isOpen(0640, 0, 0)).isFalse();
    assertThat(OpenSecrets.isOpen(0440, 0, 998)).isFalse();
    assertThat(OpenSecrets.isOpen(0640, 998, 998)).isTrue();
    assertThat(OpenSecrets.isOpen(0644, 0, 0)).isTrue();
  }

  /** After chmod 600 a node that does not own the file could not read it. */
  @Test
  void theAdviceLeavesTheNodeAbleToReadTheFile() {
    Path key = Path.of("/etc/node.key");
    assertThat(OpenSecrets.remedy(key, 998, 998)).isEqualTo("say chmod 600 /etc/node.key");
    for (int self : new int[] {998, 0}) {
      assertThat(OpenSecrets.remedy(key, 0, self))
          .as("a file of root, and user %d", self)
          .contains("chmod 640 /etc/node.key")
          .endsWith("let the user of the node own it, and say chmod 600 /etc/node.key");
    }
  }

  private static void permit(Map<String, String> settings, String mode) throws IOException {
    for (String setting :
        List.of("tls.key", "storage.master_key_file", "cluster.join_token_file")) {
      Path unused =
          Files.setPosixFilePermissions(
              Path.of(settings.get(setting)), PosixFilePermissions.fromString(mode));
    }
  }

  /** A member needs no token, and its file may be gone. */
  @Test
  void aJoinTokenThatIsNoneIsNoFault() throws Exception {
    List<Finding> found =
        check(settings("cluster.join_token_file", file("token", "no token of ours")));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).fatal()).isFalse();
    assertThat(found.get(0).what()).contains("has no join token").doesNotContain("of ours");
  }

  private static Map<String, String> with(Map<String, String> settings, String key, String value) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(key, value);
    return all;
  }
}
