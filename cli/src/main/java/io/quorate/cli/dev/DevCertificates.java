package io.quorate.cli.dev;

import io.quorate.cli.security.Authority;
import io.quorate.cli.security.CertificateDirectory;
import io.quorate.cli.security.ClientName;
import io.quorate.cli.security.Credentials;
import io.quorate.cli.security.NodeHosts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The certificates of a cluster on this machine, in its directory: of an authority of its own, of
 * each node, and of the user that may do everything.
 */
final class DevCertificates {
  private static final String NAME = "quorate dev";
  private static final Duration VALID = Duration.ofDays(365);

  private final CertificateDirectory files;

  /**
   * @param data directory of the cluster
   */
  DevCertificates(Path data) {
    files = new CertificateDirectory(data.resolve("certificates"));
  }

  /** Returns where the files of a node are, or will be. */
  Credentials ofNode(int number) {
    return files.node(hosts(number));
  }

  /** Returns where the files of the user that may do everything are, or will be. */
  Credentials ofRoot() {
    return files.client(ClientName.ROOT);
  }

  /**
   * Makes what is missing of the authority, root, and these nodes.
   *
   * @throws io.quorate.cli.command.CommandFailedException if the authority cannot be used
   */
  void make(List<Integer> numbers) throws IOException {
    Instant now = Instant.now();
    Authority authority =
        files.hasAuthority() ? files.openAuthority(now) : files.createAuthority(NAME, now);
    if (!files.holds(ClientName.ROOT.text())) {
      files.add(authority, ClientName.ROOT, now, VALID);
    }
    for (int number : numbers) {
      if (!files.holds(hosts(number).hosts().getFirst())) {
        files.add(authority, hosts(number), now, VALID);
      }
    }
  }

  private static NodeHosts hosts(int number) {
    return new NodeHosts(List.of("node-" + number, "localhost", DevNode.HOST));
  }
}
