package io.quorate.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nodes that let callers do more than they need to. */
final class SecurityRules {
  private SecurityRules() {}

  /** A node that every machine of its network commands. */
  static List<Finding> insecure(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              String insecure = status.report().insecure();
              if (!insecure.isEmpty()) {
                found.add(
                    Finding.warning(
                        "node-insecure",
                        seen.name(id),
                        "It "
                            + insecure
                            + ", as security.insecure allows: all who reach it can read and change"
                            + " everything.",
                        "Let the cluster go over to TLS while it runs (docs/operations/tls.md), and"
                            + " then take security.insecure out. Until then let only nodes and"
                            + " applications reach its port."));
              }
            });
    return found;
  }

  /** Keys and tokens that others on the machine of a node could copy. */
  static List<Finding> openSecrets(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              List<String> open = status.report().openSecrets();
              if (!open.isEmpty()) {
                found.add(
                    Finding.warning(
                        "secrets-open",
                        seen.name(id),
                        "Other users of its machine can read what these settings of it name: "
                            + String.join(", ", open)
                            + ".",
                        "On that machine, let the user of the node own these files, and read them"
                            + " alone (chown, then chmod 600). 'quorate config check' names them."
                            + " If others may have read them, make new ones."));
              }
            });
    return found;
  }

  /** Nodes whose certificates will fail them at the next connection, or at the next start. */
  static List<Finding> certificates(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              String toPutRight = status.report().certificatesReason();
              if (!toPutRight.isEmpty()) {
                found.add(
                    Finding.warning(
                        "certificates-wrong",
                        seen.name(id),
                        "It says of its certificates: " + toPutRight + ".",
                        "Put files that are right in their place before it is restarted"
                            + " (docs/operations/tls.md); it takes them within 10 s. 'quorate"
                            + " config check' there says whether it will."));
              }
            });
    return found;
  }

  /** Nodes that tell clients from strangers, and not one client from another. */
  static List<Finding> unrestricted(Observations seen) {
    List<String> nodes = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              Map<String, String> settings = status.report().clusterSettings();
              if ("require".equals(settings.get("tls.mode"))
                  && "off".equals(settings.get("security.roles"))) {
                nodes.add(seen.name(id));
              }
            });
    return nodes.isEmpty()
        ? List.of()
        : List.of(
            Finding.warning(
                "roles-off",
                "security.roles",
                "It is off on "
                    + String.join(", ", nodes)
                    + ": there all clients with a certificate can read and change everything.",
                "Create the users of your applications, and grant what they need"
                    + " (docs/operations/users.md). Then take security.roles out of the"
                    + " configuration of these nodes, and restart them one by one."));
  }
}
