package io.quorate.outside;

import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.client.admin.Action;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.TenantSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Prepares nodes that have certificates, where it is something else that is tested. */
final class SecureNodes {
  private SecureNodes() {}

  /**
   * Creates tenant orders, and a user that may read and write some of its keys; RolesTest does it
   * by commands.
   *
   * @param root the directory with the certificate of an administrator
   */
  static void createUser(Nodes nodes, Path root, String name) {
    TlsOptions tls =
        TlsOptions.DEFAULT
            .authorities(root.resolve("authorities.pem"))
            .certificate(root.resolve("client.pem"), root.resolve("client.key"));
    try (QuorateClient client =
        QuorateClient.builder()
            .endpoints(nodes.endpoints())
            .tls(tls)
            .timeout(Duration.ofSeconds(30))
            .build()) {
      Administration all = Administration.of(client);
      all.cluster().createTenant("orders", TenantSettings.DEFAULT);
      all.access().createUser(name, List.of());
      all.access()
          .grant(
              Grantee.user(name),
              Grant.of(Action.READ, Action.WRITE).tenant("orders").prefix("eu/"));
    }
  }
}
