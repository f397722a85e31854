package io.quorate.cli.security;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was made, for people and for programs.
 *
 * @param authorityMade whether the authority was made, too, and not only used
 */
record InitForms(
    CertificateDirectory files,
    boolean authorityMade,
    X509Certificate authority,
    Map<NodeHosts, Credentials> nodes,
    Map<ClientName, Credentials> clients) {

  Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("directory", files.directory().toString());
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("made", authorityMade);
    own.put("certificate", files.authorities().toString());
    own.put("key", files.authorityKey().toString());
    own.put("expires", authority.getNotAfter().toInstant().toString());
    object.put("authority", own);
    List<Map<String, Object>> ofNodes = new ArrayList<>();
    nodes.forEach(
        (node, made) -> {
          Map<String, Object> each = new LinkedHashMap<>();
          each.put("hosts", node.hosts());
          each.putAll(json(made));
          ofNodes.add(each);
        });
    object.put("nodes", ofNodes);
    List<Map<String, Object>> ofClients = new ArrayList<>();
    clients.forEach(
        (client, made) -> {
          Map<String, Object> each = new LinkedHashMap<>();
          each.put("name", client.text());
          each.putAll(json(made));
          ofClients.add(each);
        });
    object.put("clients", ofClients);
    return object;
  }

  private static Map<String, Object> json(Credentials made) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("certificate", made.certificate().toString());
    object.put("key", made.key().toString());
    object.put("authorities", made.authorities().toString());
    return object;
  }

  String text() {
    if (!authorityMade && nodes.isEmpty() && clients.isEmpty()) {
      return "nothing to make: all are there, in " + files.directory();
    }
    List<String> lines = new ArrayList<>();
    if (authorityMade) {
      lines.add("made an authority: " + files.authorities());
      lines.add("and its key, which no node or client needs: " + files.authorityKey());
    }
    nodes.forEach(
        (node, made) -> {
          lines.add("");
          lines.add("made a certificate of node %s, for its configuration:".formatted(node));
          lines.add("tls:");
          lines.add("  certificate: " + quoted(made.certificate()));
          lines.add("  key: " + quoted(made.key()));
          lines.add("  authorities: " + quoted(made.authorities()));
        });
    clients.forEach(
        (client, made) -> {
          lines.add("");
          lines.add("made a certificate of client %s, for its command line:".formatted(client));
          lines.add(made.options());
        });
    lines.addAll(next());
    return String.join(System.lineSeparator(), lines);
  }

  /** What there is to do before the files are of use. */
  private List<String> next() {
    List<String> lines = new ArrayList<>();
    Credentials root = clients.get(ClientName.ROOT);
    if (!nodes.isEmpty()) {
      lines.add("Copy the files of each node to its machine, and start it with its settings.");
    }
    if (root != null) {
      lines.add("Commands act as user root, which may do everything, in a shell after");
      root.exports().forEach(each -> lines.add("    " + each));
      lines.add("Keep root's key as safe as that of the authority.");
    }
    List<ClientName> others =
        clients.keySet().stream().filter(each -> !each.equals(ClientName.ROOT)).toList();
    if (authorityMade || !others.isEmpty()) {
      String name = others.isEmpty() ? "NAME" : others.getFirst().text();
      lines.add("Other users may do nothing before they are created and granted something:");
      if (others.isEmpty()) {
        lines.add(
            "    quorate security init %s%s --client NAME"
                .formatted(Credentials.shell(files.directory()), keyOption()));
      }
      lines.add("    quorate user create " + name);
      lines.add("    quorate grant read,scan,write,delete --to-user " + name + " --tenant TENANT");
    }
    if (!lines.isEmpty()) {
      lines.addAll(0, List.of("", "What to do next:"));
    }
    return lines;
  }

  private String keyOption() {
    Path at = files.authorityKey().getParent();
    return at == null || at.equals(files.directory()) ? "" : " --key-dir " + Credentials.shell(at);
  }

  /** As YAML writes text that may hold anything. */
  private static String quoted(Path path) {
    String text = path.toString();
    return isPlain(text) ? text : "'" + text.replace("'", "''") + "'";
  }

  private static boolean isPlain(String text) {
    return text.matches("[A-Za-z0-9/._-]+");
  }
}
