package io.quorate.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quorate.node.config.NodeConfig;
import io.quorate.storage.SyncedFiles;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.crypt.MasterKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeyFileTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() throws IOException {
    file = directory.toRealPath().resolve("master.key");
  }

  private Encryption read() throws Exception {
    return MasterKeyFile.encryption(
        NodeConfig.of(
                Map.of(
                    "node.data_dir", directory.resolve("data").toString(),
                    "storage.master_key_file", file.toString()))
            .storage());
  }

  private List<String> ids() throws Exception {
    return ((Encryption.On) read()).masterKeys().keys().stream().map(MasterKey::id).toList();
  }

  @Test
  void newKeysComeFirstAndOldOnesStay() throws Exception {
    String first = MasterKeyFile.create(file);
    assertThat(ids()).containsExactly(first);
    assertThat(((Encryption.On) read()).newKeyAfter()).isEqualTo(Duration.ofDays(90));
    String second = MasterKeyFile.add(file);
    assertThat(second).isNotEqualTo(first);
    assertThat(ids()).containsExactly(second, first);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> MasterKeyFile.create(file))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(ids()).containsExactly(second, first);
  }

  /** In whatever encoding they are. */
  @Test
  void commentsStayByteForByte() throws Exception {
    String first = MasterKeyFile.create(file);
    byte[] comment = "# cl\u00e9 de l\u2019\u00e9t\u00e9\n".getBytes(UTF_8);
    Files.write(file, comment, StandardOpenOption.APPEND);
    String second = MasterKeyFile.add(file);
    assertThat(ids()).containsExactly(second, first);
    byte[] all = Files.readAllBytes(file);
    assertThat(Arrays.copyOfRange(all, all.length - comment.length, all.length)).isEqualTo(comment);
  }

  /** A node may encrypt by a new key at once: it has to be there after a power cut, too. */
  @Test
  void newKeysAreSyncedAndTheirDirectoryAfterThem() throws Exception {
    Path real = directory.toRealPath();
    List<String> ids = new ArrayList<>();
    assertThat(SyncedFiles.during(real, () -> ids.add(MasterKeyFile.create(file))))
        .containsExactly(file, real);
    assertThat(SyncedFiles.during(real, () -> ids.add(MasterKeyFile.add(file))))
        .containsExactly(real.resolve("master.key.new"), real);
    assertThat(ids()).containsExactlyElementsOf(ids.reversed());
  }

  /** Neither the mode of the old file is taken over, nor that of what an earlier try has left. */
  @Test
  void fileIsOpenToItsOwnerAloneWhateverWasThere() throws Exception {
    String first = MasterKeyFile.create(file);
    Path leftover = Files.writeString(file.resolveSibling("master.key.new"), "not finished");
    Files.setPosixFilePermissions(leftover, PosixFilePermissions.fromString("rw-rw-rw-"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    String second = MasterKeyFile.add(file);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(leftover).doesNotExist();
    assertThat(ids()).containsExactly(second, first);
  }

  /** An operator runs the command as root, and the node runs as another user. */
  @Test
  void fileStaysWithItsOwnerAndGroup() throws Exception {
    String unused = MasterKeyFile.create(file);
    assumeThat(Files.getAttribute(file, "unix:uid")).as("may give files away").isEqualTo(0);
    Files.setAttribute(file, "unix:uid", 12_345);
    Files.setAttribute(file, "unix:gid", 23_456);
    unused = MasterKeyFile.add(file);
    assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(12_345);
    assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(23_456);
  }

  /** The file behind the link is the one that the node reads. */
  @Test
  void newKeyGoesToWhereALinkPoints() throws Exception {
    String first = MasterKeyFile.create(file);
    Path link = Files.createSymbolicLink(file.resolveSibling("link"), file);
    String second = MasterKeyFile.add(link);
    assertThat(link).isSymbolicLink();
    assertThat(ids()).containsExactly(second, first);
  }

  @Test
  void withoutASettingNothingIsEncrypted() throws Exception {
    assertThat(
            MasterKeyFile.encryption(
                NodeConfig.of(Map.of("node.data_dir", directory.toString())).storage()))
        .isEqualTo(new Encryption.Off());
  }

  @Test
  void fileThatIsMissingEmptyOrDamagedIsRefusedAsConfiguration() throws Exception {
    expectRefused("does not exist. Put it back");
    Files.writeString(file, "# nothing\n\n");
    expectRefused("it holds no key");
    Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n");
    expectRefused("line 1 does not consist of");
    Files.delete(file);
    String unused = MasterKeyFile.create(file);
    String whole = Files.readString(file);
    String text = whole.strip();
    char last = text.charAt(text.length() - 5);
    Files.writeString(
        file, text.substring(0, text.length() - 5) + (last == 'A' ? 'B' : 'A') + "AAA=");
    expectRefused("the key in line 1 is damaged");
    byte[] spoiled = Files.readAllBytes(file);
    assertThatThrownBy(() -> MasterKeyFile.add(file)).isInstanceOf(IllegalArgumentException.class);
    assertThat(file).hasBinaryContent(spoiled);
  }

  private void expectRefused(String why) throws IOException {
    assertThatThrownBy(this::read)
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why)
        .extracting(failure -> ((NodeStartException) failure).exitCode())
        .isEqualTo(2);
  }

  /** No secret is in what may be printed. */
  @Test
  void keysAreNotInTheirTexts() throws Exception {
    String unused = MasterKeyFile.create(file);
    String secret = Files.readString(file).strip().split(" ", -1)[2];
    assertThat(read().toString()).doesNotContain(secret);
  }
}
