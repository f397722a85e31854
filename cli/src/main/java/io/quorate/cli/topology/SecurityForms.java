package io.quorate.cli.topology;

import io.quorate.client.admin.ClusterStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which nodes let callers do more than they need to; nothing of a cluster that is set up safely.
 */
final class SecurityForms {
  private SecurityForms() {}

  /**
   * @param own what each node said of itself, by its id
   */
  static List<String> lines(Map<String, ClusterStatus> own) {
    List<String> lines = new ArrayList<>();
    List<String> unrestricted = new ArrayList<>();
    own.forEach(
        (id, status) -> {
          String insecure = status.report().insecure();
          if (!insecure.isEmpty()) {
            lines.add("insecure: node %s %s".formatted(id, insecure));
          }
          Map<String, String> settings = status.report().clusterSettings();
          if ("require".equals(settings.get("tls.mode"))
              && "off".equals(settings.get("security.roles"))) {
            unrestricted.add(id);
          }
        });
    if (!unrestricted.isEmpty()) {
      lines.add(
          "security.roles is off: node%s %s let%s all clients with a certificate do everything"
              .formatted(
                  unrestricted.size() == 1 ? "" : "s",
                  String.join(", ", unrestricted),
                  unrestricted.size() == 1 ? "s" : ""));
    }
    return lines;
  }
}
