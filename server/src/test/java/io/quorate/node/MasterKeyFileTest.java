package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.config.NodeConfig;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.crypt.MasterKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeyFileTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("master.key");
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
