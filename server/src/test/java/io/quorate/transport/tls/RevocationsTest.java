package io.quorate.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.client.tls.TestRevocations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which lists of revoked certificates are taken, and what a node does as they get old. */
class RevocationsTest {
  private static final TestAuthority OURS = new TestAuthority("ours");
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  @TempDir private Path directory;

  private final TestCertificate.Issued own = OURS.certificate("node").uri("quorate:node").issue();
  private final TestCertificate.Issued caller = OURS.certificate("caller").issue();
  private TlsFiles files;

  @BeforeEach
  void write() {
    TestCertificate.Files node = own.write(directory, "node");
    files =
        new TlsFiles(
            node.certificate(),
            node.key(),
            TestAuthority.write(directory.resolve("ca.pem"), OURS),
            TestRevocations.write(directory.resolve("revoked.pem"), OURS.revocations()));
  }

  private NodeTls open(Instant at) throws TlsFilesException {
    return NodeTls.open(
        new TlsSettings(TlsMode.REQUIRE, ClientCertificates.REQUIRED, files, List.of()),
        at.toEpochMilli());
  }

  private void revoked(TestRevocations... lists) {
    TestRevocations.write(directory.resolve("revoked.pem"), lists);
  }

  /** Neither by a node that starts nor by one that runs; that goes on with what it had. */
  private void refused(String why) throws Exception {
    Path list = directory.resolve("revoked.pem");
    byte[] unfit = Files.readAllBytes(list);
    assertThatThrownBy(() -> open(now))
        .isInstanceOf(TlsFilesException.class)
        .hasMessageContaining("tls.revoked")
        .hasMessageContaining(list.toString())
        .hasMessageContaining(why);
    Instant until = now.plus(Duration.ofHours(3));
    revoked(OURS.revocations().until(until));
    NodeTls running = open(now);
    Files.write(list, unfit);
    assertThatThrownBy(() -> running.renew(now.toEpochMilli())).hasMessageContaining(why);
    assertThat(running.revokedNextUpdate()).isEqualTo(until);
  }

  /** It may be megabytes, and is looked at every few seconds. */
  @Test
  void aFileThatSaysWhatItSaidIsNotReadAgain() throws Exception {
    TlsMaterial first = files.read(now.toEpochMilli(), null);
    TlsMaterial same = files.read(now.toEpochMilli(), first);
    assertThat(same.revoked().lists().getFirst()).isSameAs(first.revoked().lists().getFirst());
    revoked(OURS.revocations().of(caller.certificate()));
    TlsMaterial other = files.read(now.toEpochMilli(), same);
    assertThat(other.revoked()).isNotEqualTo(first.revoked());
    assertThat(other.revoked().whyRevoked(caller.certificate())).isNotNull();
  }

  @Test
  void whatIsNoListIsRefused() throws Exception {
    Path list = directory.resolve("revoked.pem");
    Files.writeString(list, "");
    refused("has 0 lists");
    Files.write(list, Files.readAllBytes(files.authorities()));
    refused("cannot be read as lists of revoked certificates in PEM");
    revoked(OURS.revocations());
    String pem = Files.readString(list);
    Files.writeString(list, pem.substring(0, pem.length() / 2));
    refused("cannot be read");
    // The JDK takes what is before a list that is cut off, and says nothing about that.
    Files.writeString(list, pem + pem.substring(0, pem.length() / 2));
    refused("has 2 lists of revoked certificates, of which 1 can be read");
    Files.writeString(list, pem.stripTrailing() + pem);
    refused("cannot be read");
    Files.write(list, new byte[9 << 20]);
    refused("has more than 8 MiB");
    Files.delete(list);
    assertThatThrownBy(() -> open(now)).hasMessageContaining("tls.revoked: " + list + " is not");
  }

  @Test
  void aListOfNoAuthorityOfTheNodeIsRefused() throws Exception {
    revoked(OURS.revocations(), new TestAuthority("other").revocations());
    refused("the list of 'CN=other' is not signed by one of tls.authorities");
    revoked(new TestAuthority("ours").revocations());
    refused("the list of 'CN=ours' is not signed by one of tls.authorities");
    // Nor may one that is no authority take certificates of others out of use.
    TestAuthority pretender = OURS.pretender("pretender");
    revoked(pretender.revocations());
    refused("the list of 'CN=pretender' is not signed");
    TestAuthority withoutLists = OURS.authorityWithoutLists("without");
    TestAuthority.write(files.authorities(), OURS, withoutLists);
    revoked(withoutLists.revocations());
    refused("the list of 'CN=without' is not signed");
    TestAuthority between = OURS.authority("between");
    revoked(between.revocations());
    refused("the list of 'CN=between' is not signed");
    between.certificate("node").uri("quorate:node").issue().write(directory, "node");
    assertThat(open(now).concern(now.toEpochMilli())).isNull();
  }

  @Test
  void aListThatDoesNotSayAllIsRefused() throws Exception {
    revoked(OURS.revocations().delta());
    refused("is a delta");
    TestAuthority other = new TestAuthority("other");
    revoked(OURS.revocations().ofAnother(other.certificate("caller").issue().certificate()));
    refused("or an indirect list");
  }

  @Test
  void aListThatIsOutOfDateIsRefused() throws Exception {
    revoked(OURS.revocations().until(now.minusSeconds(1)));
    refused("the list of 'CN=ours' was to be replaced by " + now.minusSeconds(1));
  }

  /** Else a cluster could not renew certificates, and would stop for a list that is old. */
  @Test
  void aListThatGetsOutOfDateHoldsOnAndKeepsNothingElseBack() throws Exception {
    Instant until = now.plusSeconds(60);
    revoked(OURS.revocations().of(caller.certificate()).until(until));
    NodeTls running = open(now);
    assertThat(running.revokedNextUpdate()).isEqualTo(until);
    assertThat(running.concern(until.toEpochMilli())).isNull();
    long later = until.plusSeconds(1).toEpochMilli();
    assertThat(running.concern(later)).contains("was to be replaced by " + until);
    assertThat(running.renew(later)).isFalse();
    OURS.certificate("node").uri("quorate:node").issue().write(directory, "node");
    assertThat(running.renew(later)).isTrue();
    revoked(OURS.revocations().until(until));
    assertThatThrownBy(() -> running.renew(later)).hasMessageContaining("was to be replaced");
    revoked(OURS.revocations().until(until.plusSeconds(60)));
    assertThat(running.renew(later)).isTrue();
    assertThat(running.concern(later)).isNull();
  }

  @Test
  void aListThatGetsOutOfDateDoesNotKeepAnotherBack() throws Exception {
    TestAuthority other = new TestAuthority("other");
    TestAuthority.write(files.authorities(), OURS, other);
    Instant until = now.plusSeconds(60);
    Path old = TestRevocations.write(directory.resolve("old.pem"), OURS.revocations().until(until));
    Path list = directory.resolve("revoked.pem");
    Files.copy(old, list, StandardCopyOption.REPLACE_EXISTING);
    NodeTls running = open(now);
    long later = until.plusSeconds(1).toEpochMilli();
    Path next = TestRevocations.write(directory.resolve("next.pem"), other.revocations());
    Files.writeString(list, Files.readString(old) + Files.readString(next));
    assertThat(running.renew(later)).isTrue();
  }

  /** It is in the same list as others, which have to be refused. */
  @Test
  void aNodeThatIsRevokedTakesTheListAndSaysSo() throws Exception {
    NodeTls running = open(now);
    revoked(OURS.revocations().of(own.certificate(), caller.certificate()));
    assertThat(running.renew(now.toEpochMilli())).isTrue();
    assertThat(running.concern(now.toEpochMilli()))
        .contains("certificate of 'CN=node'")
        .contains("renew tls.certificate");
    assertThatThrownBy(() -> open(now)).hasMessageContaining("is in tls.certificate; renew it");
    caller.write(directory, "node");
    assertThatThrownBy(() -> running.renew(now.toEpochMilli()))
        .hasMessageContaining("certificate of 'CN=caller'");
    OURS.certificate("node").uri("quorate:node").issue().write(directory, "node");
    assertThat(running.renew(now.toEpochMilli())).isTrue();
    assertThat(running.concern(now.toEpochMilli())).isNull();
  }

  /** A client that is revoked must not be let in for as long as no one renews the certificate. */
  @Test
  void aNodeWhoseCertificateHasExpiredTakesListsAndAuthorities() throws Exception {
    Instant until = now.plusSeconds(60);
    TestAuthority gone = new TestAuthority("gone");
    TestAuthority.write(files.authorities(), OURS, gone);
    OURS.certificate("node")
        .uri("quorate:node")
        .valid(now.minusSeconds(60), until)
        .issue()
        .write(directory, "node");
    NodeTls running = open(now);
    assertThat(running.concern(now.toEpochMilli())).isNull();
    long later = until.plusSeconds(1).toEpochMilli();
    assertThat(running.concern(later)).contains("expired at " + until);
    assertThat(running.renew(later)).isFalse();
    revoked(OURS.revocations().of(caller.certificate()));
    assertThat(running.renew(later)).isTrue();
    TestAuthority.write(files.authorities(), OURS);
    assertThat(running.renew(later)).isTrue();
    TestAuthority.write(files.authorities(), gone);
    revoked(gone.revocations());
    assertThatThrownBy(() -> running.renew(later)).hasMessageContaining("is not of these");
    TestAuthority.write(files.authorities(), OURS);
    revoked(OURS.revocations());
    assertThatThrownBy(() -> open(Instant.ofEpochMilli(later))).hasMessageContaining("expired at");
    OURS.certificate("node")
        .uri("quorate:node")
        .valid(now.minusSeconds(60), until)
        .issue()
        .write(directory, "node");
    assertThatThrownBy(() -> running.renew(later)).hasMessageContaining("expired at");
  }

  @Test
  void withoutListsNothingIsDue() throws Exception {
    files = new TlsFiles(files.certificate(), files.key(), files.authorities());
    NodeTls tls = open(now);
    assertThat(tls.revokedNextUpdate()).isNull();
    assertThat(tls.concern(now.toEpochMilli())).isNull();
  }
}
