package io.quorate.node;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Three real nodes with TLS that decide by grants, and let clients log in that show no certificate.
 */
record NodesWithLogins(RealCluster cluster, Path directory) {
  private static final TestAuthority OURS = new TestAuthority("ours");

  static TestAuthority authority() {
    return OURS;
  }

  /** Returns what a node is configured with, to be added to. */
  Map<String, String> settings(int node) {
    TestCertificate.Files files =
        OURS.certificate("node-" + node)
            .ip("127.0.0.1")
            .uri("quorate:node")
            .issue()
            .write(directory, "node-" + node);
    Map<String, String> settings = new HashMap<>();
    settings.put("tls.mode", "require");
    settings.put("tls.client_certificates", "optional");
    settings.put("tls.certificate", files.certificate().toString());
    settings.put("tls.key", files.key().toString());
    settings.put("tls.authorities", trusted().toString());
    return settings;
  }

  private Path trusted() {
    return TestAuthority.write(directory.resolve("ca.pem"), OURS);
  }

  List<String> endpoints() {
    return List.of(cluster.address(0), cluster.address(1), cluster.address(2));
  }

  /** How clients connect that log in. */
  TlsOptions tls() {
    return TlsOptions.DEFAULT.authorities(trusted());
  }

  /** A client of the superuser, by its certificate. */
  QuorateClient root() {
    TestCertificate.Files own =
        OURS.certificate("root").uri("quorate:user/root").issue().write(directory, "root");
    return QuorateClient.builder()
        .endpoints(endpoints())
        .tls(tls().certificate(own.certificate(), own.key()))
        .build();
  }

  CheapPasswords passwords() throws IOException {
    TestCertificate.Files own =
        OURS.certificate("root").uri("quorate:user/root").issue().write(directory, "setter");
    return new CheapPasswords(
        cluster.address(0),
        TlsChannelCredentials.newBuilder()
            .trustManager(trusted().toFile())
            .keyManager(own.certificate().toFile(), own.key().toFile())
            .build());
  }

  ManagedChannel channel(int node) throws IOException {
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder().trustManager(trusted().toFile()).build();
    return Grpc.newChannelBuilder(cluster.address(node), credentials).build();
  }
}
