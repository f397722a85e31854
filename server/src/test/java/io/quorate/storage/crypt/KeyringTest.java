package io.quorate.storage.crypt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.SyncedFiles;
import io.quorate.version.MalformedRecordException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What values are bound to, how long a key encrypts, and how keys lie on the disk. */
final class KeyringTest {
  private static final MasterKey MASTER = new MasterKey(new byte[MasterKey.BYTES]);
  private static final Duration NEW_KEY_AFTER = Duration.ofHours(1);
  private static final byte[] PLACE = "place".getBytes(UTF_8);
  private static final byte[] ELSEWHERE = "plac".getBytes(UTF_8);
  private static final byte[] VALUE = "value".getBytes(UTF_8);

  /** Words of a line of the file. */
  private static final int SEALED_MAX = 3;

  private static final int KEYSET = 5;

  @TempDir private Path temporary;

  private long millis = 1_000;
  private final Clock clock = TestClock.ofWallMillisOnly(() -> millis);
  private Path directory;
  private Path file;

  @BeforeEach
  void name() throws IOException {
    directory = temporary.toRealPath();
    file = directory.resolve("keys");
  }

  /** A start of the node; the one before may have been killed. */
  private Keyring begin() throws IOException {
    Encryption on = new Encryption.On(new MasterKeys(List.of(MASTER), "FILE"), NEW_KEY_AFTER);
    Keyring keyring = Objects.requireNonNull(Keyring.open(directory, on, clock));
    keyring.begin();
    return keyring;
  }

  private static byte[] seal(Keyring keyring, int tenant) throws IOException {
    return keyring.seal(tenant, PLACE, VALUE);
  }

  private String line(int tenant) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("tenant " + tenant + " "))
        .findFirst()
        .orElseThrow();
  }

  /** The place is the same, so keys that tenants share would decrypt it. */
  @Test
  void valueIsBoundToItsPlaceAndToTheKeysOfItsTenant() throws Exception {
    Keyring keyring = begin();
    byte[] sealed = seal(keyring, 1);
    byte[] other = seal(keyring, 2);
    assertThat(keyring.open(1, PLACE, sealed)).isEqualTo(VALUE);
    assertThatThrownBy(() -> keyring.open(1, ELSEWHERE, sealed))
        .isInstanceOf(MalformedRecordException.class);
    assertThatThrownBy(() -> keyring.open(2, PLACE, sealed))
        .isInstanceOf(MalformedRecordException.class);
    assertThatThrownBy(() -> keyring.open(1, PLACE, other))
        .isInstanceOf(MalformedRecordException.class);
  }

  /** Two that are the same would show that their values are, and give away what they hold. */
  @Test
  void sameValueIsNeverEncryptedToTheSame() throws Exception {
    Keyring keyring = begin();
    assertThat(seal(keyring, 1)).isNotEqualTo(seal(keyring, 1));
  }

  @Test
  void keyIsReplacedOnceItIsOldThoughTheNodeWasRestarted() throws Exception {
    byte[] first = seal(begin(), 1);
    millis += NEW_KEY_AFTER.toMillis() - 1;
    Keyring keyring = begin();
    byte[] second = seal(keyring, 1);
    assertThat(keyring.isCurrent(1, first)).isTrue();
    millis++;
    byte[] third = seal(keyring, 1);
    assertThat(keyring.isCurrent(1, third)).isTrue();
    assertThat(keyring.isCurrent(1, first)).isFalse();
    assertThat(keyring.isCurrent(1, second)).isFalse();
    for (byte[] each : List.of(first, second, third)) {
      assertThat(begin().open(1, PLACE, each)).isEqualTo(VALUE);
    }
  }

  /** Nonces are chosen by chance: after too many of them, two could be the same. */
  @Test
  void keyThatHasEncryptedAllItMayIsReplaced() throws Exception {
    TenantKeys keys = TenantKeys.NONE.withNewKey(millis).withSealedMax((1L << 32) - 1);
    KeysFile.in(directory).write(Map.of(1, keys), ForgottenTenants.NONE, new Wrapping(MASTER));
    Keyring keyring = begin();
    byte[] last = seal(keyring, 1);
    assertThat(keyring.isCurrent(1, last)).isTrue();
    byte[] next = seal(keyring, 1);
    assertThat(keyring.isCurrent(1, next)).isTrue();
    assertThat(keyring.isCurrent(1, last)).isFalse();
    assertThat(begin().open(1, PLACE, last)).isEqualTo(VALUE);
  }

  /** A process that is killed forgets how many values it has encrypted: they may be all. */
  @Test
  void startCountsAllThatTheOneBeforeMayHaveEncrypted() throws Exception {
    byte[] unused = seal(begin(), 1);
    long before = sealedMax(1);
    assertThat(before).isPositive();
    unused = seal(begin(), 1);
    assertThat(sealedMax(1)).isEqualTo(2 * before);
  }

  private long sealedMax(int tenant) throws IOException {
    return Long.parseLong(line(tenant).split(" ", -1)[SEALED_MAX]);
  }

  @Test
  void keyIsOnTheDiskBeforeAnythingIsEncryptedByIt() throws Exception {
    Keyring keyring = begin();
    byte[][] sealed = new byte[1][];
    assertThat(SyncedFiles.during(directory, () -> sealed[0] = seal(keyring, 1)))
        .containsExactly(directory.resolve("keys.new"), directory);
    assertThat(begin().open(1, PLACE, sealed[0])).isEqualTo(VALUE);
  }

  @Test
  void nothingIsEncryptedByAKeyThatCannotBeWrittenDown() throws Exception {
    Keyring keyring = begin();
    Path inTheWay = Files.createDirectory(directory.resolve("keys.new"));
    for (int time = 0; time < 2; time++) {
      assertThatThrownBy(() -> seal(keyring, 1)).isInstanceOf(IOException.class);
    }
    Files.delete(inTheWay);
    byte[] sealed = seal(keyring, 1);
    assertThat(begin().open(1, PLACE, sealed)).isEqualTo(VALUE);
  }

  /** A master key is good for 2^32 encryptions, and the writer waits for each. */
  @Test
  void keysetIsEncryptedOnceWhateverElseIsWrittenDown() throws Exception {
    Keyring keyring = begin();
    byte[] unused = seal(keyring, 1);
    String first = line(1);
    unused = seal(keyring, 2);
    unused = seal(keyring, 3);
    assertThat(line(1)).isEqualTo(first);
    String second = line(2);
    millis += NEW_KEY_AFTER.toMillis();
    unused = seal(keyring, 2);
    keyring.forget(tenant -> tenant == 3);
    assertThat(line(1)).isEqualTo(first);
    assertThat(line(2)).isNotEqualTo(second);
  }

  /** With as many tenants as there may be, a file for the first write of each would take long. */
  @Test
  void startWritesTheFileOnceAndFirstWritesOfTenantsDoNot() throws Exception {
    Keyring before = begin();
    for (int tenant = 1; tenant <= 3; tenant++) {
      byte[] unused = seal(before, tenant);
    }
    Keyring keyring = begin();
    byte[] begun = Files.readAllBytes(file);
    for (int tenant = 1; tenant <= 3; tenant++) {
      byte[] unused = seal(keyring, tenant);
    }
    assertThat(file).hasBinaryContent(begun);
  }

  @Test
  void fileThatEndsEarlyIsRefusedWhereverItDoes() throws Exception {
    byte[] unused = seal(begin(), 1);
    byte[] whole = Files.readAllBytes(file);
    for (int bytes = 0; bytes < whole.length; bytes++) {
      Files.write(file, Arrays.copyOf(whole, bytes));
      assertThatThrownBy(this::begin).as("%d", bytes).isInstanceOf(StorageOpenException.class);
    }
    Files.write(file, whole);
    // A file that an interrupted write has left does not hinder the next one.
    Files.write(directory.resolve("keys.new"), Arrays.copyOf(whole, whole.length / 2));
    byte[] again = seal(begin(), 2);
    assertThat(begin().open(2, PLACE, again)).isEqualTo(VALUE);
  }

  /** Such a file is whole, and has a checksum that is right. */
  @Test
  void keysThatWereMovedToAnotherTenantAreRefused() throws Exception {
    TenantKeys keys = TenantKeys.NONE.withNewKey(millis);
    Wrapping wrapping = new Wrapping(MASTER);
    String unused = wrapping.wrapped(2, Objects.requireNonNull(keys.keyset()));
    KeysFile.in(directory).write(Map.of(1, keys), ForgottenTenants.NONE, wrapping);
    assertThatThrownBy(this::begin)
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("keys of a tenant cannot be read");
  }

  @Test
  void forgottenKeysAreInTheFileNoMore() throws Exception {
    Keyring keyring = begin();
    byte[] sealed = seal(keyring, 1);
    byte[] other = seal(keyring, 2);
    String wrapped = line(1).split(" ", -1)[KEYSET];
    keyring.forget(tenant -> tenant != 2);
    assertThat(Files.readString(file)).doesNotContain(wrapped);
    for (Keyring each : List.of(keyring, begin())) {
      assertThatThrownBy(() -> each.open(1, PLACE, sealed))
          .isInstanceOf(ForgottenKeysException.class);
      assertThat(each.open(2, PLACE, other)).isEqualTo(VALUE);
    }
  }

  /** Else each tenant that was ever dropped would make each of its writes longer, for ever. */
  @Test
  void fileDoesNotGrowWithTheTenantsThatWereForgotten() throws Exception {
    Keyring keyring = begin();
    byte[] kept = seal(keyring, 1);
    byte[] sealed = {};
    for (int tenant = 2; tenant < 200; tenant++) {
      int last = tenant;
      sealed = seal(keyring, tenant);
      keyring.forget(each -> each == last);
    }
    byte[] unused = seal(keyring, 300);
    keyring.forget(tenant -> tenant == 300);
    assertThat(Files.readAllLines(file)).hasSize(4).contains("forgotten 2-199,300");
    for (Keyring each : List.of(keyring, begin())) {
      assertThat(each.open(1, PLACE, kept)).isEqualTo(VALUE);
      byte[] gone = sealed;
      assertThatThrownBy(() -> each.open(199, PLACE, gone))
          .isInstanceOf(ForgottenKeysException.class);
    }
  }

  /** What was forgotten is told from what is damaged, be there new keys or not. */
  @Test
  void valueOfNewKeysThatIsDamagedIsNotTakenForForgotten() throws Exception {
    Keyring keyring = begin();
    byte[] old = seal(keyring, 1);
    keyring.forget(tenant -> tenant == 1);
    byte[] young = seal(keyring, 1);
    for (Keyring each : List.of(keyring, begin())) {
      assertThat(each.open(1, PLACE, young)).isEqualTo(VALUE);
      assertThatThrownBy(() -> each.open(1, PLACE, old)).isInstanceOf(ForgottenKeysException.class);
      assertThatThrownBy(() -> each.open(1, ELSEWHERE, young))
          .isInstanceOf(MalformedRecordException.class);
    }
  }

  /** As builds before wrote them: a line for each tenant, with the ids of its keys. */
  @Test
  void linesOfForgottenTenantsAreRead() throws Exception {
    Keyring keyring = begin();
    byte[] sealed = seal(keyring, 7);
    String id = HexFormat.of().formatHex(Arrays.copyOfRange(sealed, 2, 6));
    keyring.forget(tenant -> tenant == 7);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.removeLast();
    assertThat(lines.removeLast()).isEqualTo("forgotten 7");
    lines.add("tenant 7 0 0 " + id + " -");
    String text = String.join("\n", lines) + "\n";
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(UTF_8));
    Files.writeString(
        file, text + "end " + HexFormat.of().toHexDigits((int) crc.getValue()) + "\n");
    Keyring again = begin();
    assertThatThrownBy(() -> again.open(7, PLACE, sealed))
        .isInstanceOf(ForgottenKeysException.class);
    byte[] unused = seal(again, 1);
    assertThat(Files.readAllLines(file)).contains("forgotten 7");
  }

  @Test
  void forgottenTenantsThatCannotBeReadAreRefused() {
    for (String wrong : List.of("", "-", "3-", "5-3", "-1", "1,,2", "2147483647", "x")) {
      assertThatThrownBy(() -> ForgottenTenants.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(ForgottenTenants.parse("0,3-5,6").toString()).isEqualTo("0,3-6");
  }
}
