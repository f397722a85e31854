package io.quorate.outside;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The classes of commands in the form that a JVM needs them. {@code bin/quorate} keeps those of the
 * first command that runs, and all others take them; one that needs many that are not there takes
 * as much CPU as with none. Here the first is a shell that does what most tests do, and a run of
 * all tests starts a hundred and fifty commands.
 */
final class CommandClasses {
  /** Of one JVM that runs tests. */
  private static final Path DIRECTORY =
      Distribution.tests().resolve("target/command-classes-" + Distribution.fork());

  /**
   * What tests ask of nodes; these keep their classes, too ({@link NodeClasses}). The last one is
   * of TLS, of which these nodes have none.
   */
  private static final String LINES =
      """
      put command-classes:k v
      get command-classes:k
      get command-classes:none
      scan command-classes:
      cluster status
      doctor
      tenant create command-classes
      fields get command-classes:k
      export command-classes: exported --format jsonl
      import --exported exported --tenant command-classes
      backup create --to backups --name kept
      backup verify backups/kept
      restore --from backups/kept --tenant command-classes=command-classes-again
      user list
      log levels
      security whoami
      security init made --node 127.0.0.1
      get k --timeout 1s --tls-ca made/root/authorities.pem --tls-cert made/root/client.pem --tls-key made/root/client.key
      """;

  private CommandClasses() {}

  /** Lets commands take them, and the first one keep them, in a brief run. */
  static void give(Map<String, String> environment) {
    if (Disturbance.BRIEF) {
      environment.put("XDG_CACHE_HOME", DIRECTORY.toString());
    }
  }

  /** Keeps them, in a brief run, unless they are kept already. */
  static void keep(Nodes nodes) {
    if (!Disturbance.BRIEF) {
      return;
    }
    String inDirectory =
        "cd '%s' && exec '%s' shell --keep-going"
            .formatted(nodes.directory(), Distribution.launcher());
    var unused =
        nodes
            .commandLine()
            .run(List.of("bash", "-c", inDirectory), LINES.getBytes(StandardCharsets.UTF_8));
  }
}
