package io.quorate.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.client.tls.TestRevocations;
import java.nio.file.Path;
import java.util.List;

/**
 * The TLS of a node that requires certificates of an authority, and that knows a list of those that
 * are revoked, which is empty at first.
 */
record NodeWithRevocations(TlsFiles files, NodeTls tls, Path revoked) {
  static NodeWithRevocations open(TestAuthority authority, Path directory)
      throws TlsFilesException {
    TestCertificate.Files own =
        authority
            .certificate("node")
            .ip("127.0.0.1")
            .uri("quorate:node")
            .issue()
            .write(directory, "node");
    Path revoked = TestRevocations.write(directory.resolve("revoked.pem"), authority.revocations());
    TlsFiles files =
        new TlsFiles(
            own.certificate(),
            own.key(),
            TestAuthority.write(directory.resolve("ca.pem"), authority),
            revoked);
    NodeTls tls =
        NodeTls.open(
            new TlsSettings(TlsMode.REQUIRE, ClientCertificates.REQUIRED, files, List.of()),
            System.currentTimeMillis());
    return new NodeWithRevocations(files, tls, revoked);
  }

  /** Has the node know these lists from now on. */
  void revoke(TestRevocations... lists) throws TlsFilesException {
    Path unused = TestRevocations.write(revoked, lists);
    renew();
  }

  /** Has the node read its files again, of which some have changed. */
  void renew() throws TlsFilesException {
    assertThat(tls.renew(System.currentTimeMillis())).isTrue();
  }
}
