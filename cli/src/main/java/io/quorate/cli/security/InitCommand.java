package io.quorate.cli.security;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes an authority, and certificates of nodes and clients. */
@Command(
    name = "init",
    description = {
      "Makes an authority, and certificates of nodes and clients that it issues, in a directory.",
      "The first time it makes a certificate of 'root', too, the user that may do everything. Run"
          + " it again with the same directory to add nodes and clients. It changes no file that is"
          + " there. Prints the settings by which nodes and clients use the files."
    })
public final class InitCommand implements Callable<Integer> {
  private static final int DAYS_MAX = 3650;
  private static final int NAME_CHARS_MAX = 40;

  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description = "Where the authority is, and a directory for each node and client.")
  private Path directory = Path.of("");

  @Option(
      names = "--node",
      split = ",",
      paramLabel = "HOST[+HOST...]",
      description =
          "A node: the host of its node.address, a name or an IP address, and others by which"
              + " clients reach it, such as db-1+localhost+127.0.0.1. Its directory has the name of"
              + " the first.")
  private List<String> nodes = new ArrayList<>();

  @Option(
      names = "--client",
      split = ",",
      paramLabel = "NAME",
      description =
          "A client; its certificate says that it is the user of this name. When the authority is"
              + " made, 'root' is one of them anyway.")
  private List<String> clients = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "N",
      description =
          "How long certificates are valid, 1 to 3650. Default: ${DEFAULT-VALUE}. The authority"
              + " itself is for 3650.")
  private int days = 365;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the authority is called by certificates. Default: the name of DIR")
  private @Nullable String name;

  @Option(
      names = "--key-dir",
      paramLabel = "DIR",
      description =
          "Where the authority's key is, authority.key, if no node may see it. Default: DIR")
  private @Nullable Path keyDirectory;

  @Option(
      names = "--missing",
      description = "Leave nodes and clients that are there as they are, and make the others only.")
  private boolean missing;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  public InitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    require(days >= 1 && days <= DAYS_MAX, "--days " + days + ": give 1 to " + DAYS_MAX);
    CertificateDirectory files =
        new CertificateDirectory(directory, keyDirectory == null ? directory : keyDirectory);
    List<NodeHosts> hosts = each("--node", nodes, NodeHosts::parse);
    List<ClientName> named = each("--client", clients, ClientName::new);
    // Before the lock, too, which makes the directory: what is refused makes none.
    boolean makes = plan(files, hosts, named).makesAuthority();
    InitForms made;
    try (CertificateDirectory.Held held = files.lock(makes)) {
      // Looked at again: another run may have ended just now.
      made = make(held.files(), hosts, plan(files, hosts, named));
    }
    new Output(console, json).result(made.json(), made::text);
    return ExitCode.DONE;
  }

  /**
   * What is to be made, by what is there.
   *
   * @param first whether the authority is made, or its making is finished
   */
  private record Plan(
      boolean makesAuthority, boolean first, String authority, List<ClientName> clients) {}

  private Plan plan(CertificateDirectory files, List<NodeHosts> hosts, List<ClientName> named) {
    boolean makes = !files.hasAuthority();
    boolean first = makes || files.isUnfinished();
    List<ClientName> all = new ArrayList<>(named);
    if (first && !all.contains(ClientName.ROOT)) {
      all.addFirst(ClientName.ROOT);
    }
    require(
        !hosts.isEmpty() || (!first && !all.isEmpty()),
        "name the nodes of the cluster, such as --node db-1,db-2,db-3"
            + (first ? "" : ", or clients with --client"));
    requireApart(hosts, all);
    requireFree(files, hosts, all);
    return new Plan(makes, first, makes ? called(files) : "", all);
  }

  private InitForms make(CertificateDirectory files, List<NodeHosts> hosts, Plan plan)
      throws IOException {
    Instant now = Instant.now();
    Authority authority =
        plan.makesAuthority()
            ? files.createAuthority(plan.authority(), now)
            : files.openAuthority(now);
    Duration valid = Duration.ofDays(days);
    Map<NodeHosts, Credentials> madeNodes = new LinkedHashMap<>();
    for (NodeHosts node : hosts) {
      if (!files.holds(node.directory())) {
        madeNodes.put(node, files.add(authority, node, now, valid));
      }
    }
    Map<ClientName, Credentials> madeClients = new LinkedHashMap<>();
    for (ClientName client : plan.clients()) {
      if (!files.holds(client.text())) {
        madeClients.put(client, files.add(authority, client, now, valid));
      }
    }
    return new InitForms(
        files, plan.first(), authority.own().certificate(), madeNodes, madeClients);
  }

  private String called(CertificateDirectory files) {
    String given = name;
    if (given == null) {
      Path last = files.directory().getFileName();
      String text = last == null ? "a cluster" : last.toString();
      given = text.substring(0, Math.min(text.length(), NAME_CHARS_MAX));
    }
    require(
        given.length() <= NAME_CHARS_MAX
            && !given.isBlank()
            && given.chars().noneMatch(Character::isISOControl),
        "--name " + Shown.of(given) + ": give 1 to " + NAME_CHARS_MAX + " characters");
    return "Quorate authority of " + given;
  }

  private <T> List<T> each(String option, List<String> given, Function<String, T> read) {
    List<T> values = new ArrayList<>();
    for (String text : given) {
      try {
        values.add(read.apply(text));
      } catch (IllegalArgumentException wrong) {
        throw usage(option + ": " + wrong.getMessage());
      }
    }
    return values;
  }

  /** Requires that each has a directory of its own. */
  private void requireApart(List<NodeHosts> hosts, List<ClientName> names) {
    Set<String> taken =
        new HashSet<>(Set.of(CertificateDirectory.AUTHORITIES, CertificateDirectory.AUTHORITY_KEY));
    List<String> directories = new ArrayList<>();
    hosts.forEach(each -> directories.add(each.directory()));
    names.forEach(each -> directories.add(each.text()));
    for (String each : directories) {
      require(
          taken.add(each),
          Shown.of(each) + ": two of the same name would share a file or directory; rename one");
    }
  }

  private void requireFree(
      CertificateDirectory files, List<NodeHosts> hosts, List<ClientName> names) {
    List<Path> there = new ArrayList<>();
    hosts.stream()
        .filter(each -> files.holds(each.directory()))
        .forEach(each -> there.add(files.directory().resolve(each.directory())));
    names.stream()
        .filter(each -> files.holds(each.text()))
        .forEach(each -> there.add(files.directory().resolve(each.text())));
    if (!there.isEmpty() && !missing) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          ("nothing was made: %s is there already, and is never overwritten. Delete it to have it"
                  + " made again, name another, or give --missing to make only what is not there")
              .formatted(there.getFirst()));
    }
  }

  private void require(boolean fact, String message) {
    if (!fact) {
      throw usage(message);
    }
  }

  private ParameterException usage(String message) {
    if (spec == null) {
      throw new IllegalStateException("options are used before the command line was read");
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
