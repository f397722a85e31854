package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.client.tls.TestRevocations;
import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.runtime.DirectLane;
import io.quorate.runtime.Lane;
import io.quorate.runtime.TestClock;
import io.quorate.transport.event.TransportEvent.CertificatesNeedCare;
import io.quorate.transport.event.TransportEvent.CertificatesRefused;
import io.quorate.transport.event.TransportEvent.CertificatesRenewed;
import io.quorate.transport.tls.ClientCertificates;
import io.quorate.transport.tls.NodeTls;
import io.quorate.transport.tls.TlsFiles;
import io.quorate.transport.tls.TlsFilesException;
import io.quorate.transport.tls.TlsMode;
import io.quorate.transport.tls.TlsSettings;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node tells of the files of its certificates, and that it tells it once. */
class CertificateWatchTest {
  private static final TestAuthority OURS = new TestAuthority("ours");
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  @TempDir private Path directory;

  private final List<Event> told = new ArrayList<>();
  private final TestCertificate.Issued own = OURS.certificate("node").uri("quorate:node").issue();
  private Instant now = start;
  private CertificateWatch watch;
  private Runnable nextLook = () -> {};

  private final Lane lane =
      new DirectLane(
          (delayNanos, task) -> {
            nextLook = task;
            return () -> {};
          });

  private final Clock clock = TestClock.ofWallMillisOnly(() -> now.toEpochMilli());

  @BeforeEach
  void begin() throws Exception {
    TestCertificate.Files node = own.write(directory, "node");
    TlsFiles files =
        new TlsFiles(
            node.certificate(),
            node.key(),
            TestAuthority.write(directory.resolve("ca.pem"), OURS),
            revoked(OURS.revocations().until(start.plusSeconds(60))));
    watch = new CertificateWatch(open(files), lane, Runnable::run, clock, told::add);
    watch.start();
  }

  private NodeTls open(TlsFiles files) throws TlsFilesException {
    return NodeTls.open(
        new TlsSettings(TlsMode.REQUIRE, ClientCertificates.REQUIRED, files, List.of()),
        clock.wallMillis());
  }

  private Path revoked(TestRevocations list) {
    return TestRevocations.write(directory.resolve("revoked.pem"), list);
  }

  /** Returns what is told of it. */
  private List<Event> look() {
    told.clear();
    nextLook.run();
    return List.copyOf(told);
  }

  @Test
  void aListThatIsOutOfDateIsToldOnce() {
    assertThat(look()).isEmpty();
    now = start.plusSeconds(61);
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            CertificatesNeedCare.class,
            each -> assertThat(each.why()).contains("was to be replaced by"));
    assertThat(look()).isEmpty();
    revoked(OURS.revocations().until(start.plusSeconds(90)));
    assertThat(look()).singleElement().isInstanceOf(CertificatesRenewed.class);
    now = start.plusSeconds(91);
    assertThat(look()).singleElement().isInstanceOf(CertificatesNeedCare.class);
  }

  @Test
  void aListThatIsRefusedIsToldOnce() {
    revoked(new TestAuthority("other").revocations());
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            CertificatesRefused.class,
            each -> assertThat(each.why()).contains("the list of 'CN=other'"));
    assertThat(look()).isEmpty();
  }

  /** Those who ask the node learn of it, too, for as long as it lasts. */
  @Test
  void whatIsToBePutRightIsSaidUntilItIs() {
    assertThat(look()).isEmpty();
    assertThat(watch.toPutRight()).isEmpty();
    revoked(new TestAuthority("other").revocations());
    look();
    look();
    assertThat(watch.toPutRight())
        .startsWith("it would not start with what its files say now")
        .contains("the list of 'CN=other'");
    revoked(OURS.revocations().until(start.plusSeconds(60)));
    look();
    assertThat(watch.toPutRight()).isEmpty();
    now = start.plusSeconds(61);
    look();
    assertThat(watch.toPutRight()).contains("tls.revoked", "was to be replaced by");
    revoked(new TestAuthority("other").revocations());
    look();
    assertThat(watch.toPutRight())
        .startsWith("it would not start with what its files say now")
        .contains("the list of 'CN=other'", "was to be replaced by");
  }

  /** A closed file system throws what no reader of files is prepared for, as a library may. */
  @Test
  void theWatchGoesOnWhateverHappensToIt() throws Exception {
    TestCertificate.Files node = own.write(directory, "node");
    FileSystem archive =
        FileSystems.newFileSystem(directory.resolve("lists.zip"), Map.of("create", "true"));
    TlsFiles files =
        new TlsFiles(
            node.certificate(),
            node.key(),
            directory.resolve("ca.pem"),
            TestRevocations.write(archive.getPath("/revoked.pem"), OURS.revocations()));
    NodeTls tls = open(files);
    new CertificateWatch(tls, lane, Runnable::run, clock, told::add).start();
    assertThat(look()).isEmpty();
    archive.close();
    assertThat(look())
        .singleElement()
        .isInstanceOfSatisfying(
            CertificatesRefused.class,
            each -> assertThat(each.why()).contains("ClosedFileSystemException"));
    told.clear();
    Runnable due = nextLook;
    Runnable nothing = () -> {};
    nextLook = nothing;
    due.run();
    assertThat(told).as("it is told once").isEmpty();
    assertThat(nextLook).as("and looked at again").isNotSameAs(nothing);
  }

  @Test
  void aNodeWhoseOwnCertificateIsRevokedSaysSo() {
    revoked(OURS.revocations().of(own.certificate()));
    assertThat(look())
        .hasExactlyElementsOfTypes(CertificatesRenewed.class, CertificatesNeedCare.class);
    assertThat(look()).isEmpty();
  }
}
