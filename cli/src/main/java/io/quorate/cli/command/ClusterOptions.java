package io.quorate.cli.command;

import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.Credentials;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.ScanOptions;
import io.quorate.client.TlsOptions;
import io.quorate.client.WriteOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that speaks to a cluster takes. */
public final class ClusterOptions {
  /** Why a blank name is refused, as of a variable of a script that is not set. */
  public static final String BLANK_TENANT =
      "--tenant is blank: give the name of a tenant, or leave the option out";

  /** Options by which the client of one command is another than that of the next. */
  private static final Set<String> OF_CLIENT =
      Set.of(
          "--endpoints",
          "--tenant",
          "--client-region",
          "--tls",
          "--tls-ca",
          "--tls-cert",
          "--tls-key",
          "--tls-server-name",
          "--user",
          "--password-file",
          "--token-file",
          "--profile",
          "--client-config",
          "--timeout");

  /** A cluster that does not say which regions it has delays a command by no more. */
  private static final long REGION_LOOKUP_MILLIS_MAX = 1_000;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--endpoints",
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:QUORATE_ENDPOINTS:-}",
      description =
          "Nodes to begin with; a port alone stands on the host before it. Default:"
              + " QUORATE_ENDPOINTS of the environment, or "
              + Endpoints.DEFAULT)
  private String endpoints = "";

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Namespace of the keys. Default: ${DEFAULT-VALUE}")
  private String tenant = "default";

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      converter = Levels.class,
      completionCandidates = Levels.class,
      description =
          "Replicas that must answer: ONE, TWO, QUORUM, ALL, LOCAL_ONE, LOCAL_QUORUM, EACH_QUORUM"
              + " or a number. Default: the tenant's")
  private @Nullable Level level;

  @Option(
      names = "--client-region",
      paramLabel = "NAME",
      defaultValue = "${env:QUORATE_REGION:-}",
      description =
          "Region whose nodes are asked while any of them answers; LOCAL_ONE and LOCAL_QUORUM are"
              + " about it. Default: QUORATE_REGION of the environment, or none")
  private String region = "";

  private boolean regionLookedUp;

  @Mixin private ConnectionSecurity security = new ConnectionSecurity();

  @Mixin private LoginOptions login = new LoginOptions();

  @Mixin private ProfileOptions profile = new ProfileOptions();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = Durations.class,
      description =
          "How long each operation may take, such as 500ms, and how long a cluster of which no"
              + " node listens is waited for. Default: 5s, and 1s")
  private Duration timeout = Duration.ofSeconds(5);

  @Option(names = "--json", description = "Print JSON; failures too, on standard error.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // Main asks the parsed command line for it
  @Option(names = "--verbose", description = "Show stack traces of failures.")
  private boolean verbose;

  /** Opens a client of the cluster that the options name. */
  public QuorateClient connect() {
    return connect(endpoints());
  }

  /**
   * Opens a client of another cluster, all else as the options say.
   *
   * @throws ParameterException if options of TLS or of the login do not fit together, or their
   *     files or the profile cannot be used
   */
  public QuorateClient connect(List<String> addresses) {
    return connect(connections(), addresses);
  }

  /** Returns a client of the cluster that the options name, from other connections. */
  public QuorateClient connect(Connections connections) {
    return connect(connections, endpoints());
  }

  private QuorateClient connect(Connections connections, List<String> addresses) {
    AtomicBoolean opened = new AtomicBoolean();
    QuorateClient client =
        connections.client(
            List.of(addresses, givenOfClient()),
            () -> {
              opened.set(true);
              return open(connections, addresses);
            });
    if (opened.get()) {
      // Not while it is opened: a shell cannot close its clients before that is done.
      warnOfUnknownRegion(client);
    }
    return client;
  }

  /** Returns where the clients of the command come from. */
  public Connections connections() {
    return spec != null && spec.root().userObject() instanceof Connections.Source source
        ? source.connections()
        : Connections.OF_EACH_COMMAND;
  }

  /** The options of the client that were given, with what was given; others stay as they are. */
  private Map<String, List<String>> givenOfClient() {
    Map<String, List<String>> given = new TreeMap<>();
    if (spec != null) {
      for (OptionSpec each : spec.commandLine().getParseResult().matchedOptions()) {
        if (OF_CLIENT.contains(each.longestName())) {
          given.put(each.longestName(), each.originalStringValues());
        }
      }
    }
    return given;
  }

  private QuorateClient open(Connections connections, List<String> addresses) {
    QuorateClient.Builder client =
        QuorateClient.builder()
            .endpoints(addresses)
            .tenant(tenant())
            .timeout(timeout())
            .region(region);
    if (isGiven("--timeout")) {
      client.awaitCluster(timeout().plusSeconds(10)); // so the timeout is over first
    }
    try {
      TlsOptions tls = security.options(profile.chosen());
      if (tls != null) {
        client.tls(tls);
      }
      Credentials credentials =
          login.credentials(
              // Who shows a certificate of his own is not to be another user, of the profile.
              security.hasOwnCertificate() ? Profile.NONE : profile.chosen(),
              // A password is given to the cluster that it was typed for.
              user -> connections.password(List.of(addresses, user), () -> LoginOptions.ask(user)));
      if (credentials != null) {
        client.credentials(credentials);
      }
      return client.build();
    } catch (IllegalArgumentException unfit) {
      throw usage(String.valueOf(unfit.getMessage()));
    }
  }

  /** Warns once if the client is in a region that the cluster has not. */
  private void warnOfUnknownRegion(QuorateClient client) {
    if (!region.isEmpty() && !regionLookedUp && !json && spec != null) {
      regionLookedUp = true;
      long atMostMillis = Math.min(timeout().toMillis(), REGION_LOOKUP_MILLIS_MAX);
      String warning = ClientRegion.warning(client, region, atMostMillis);
      if (!warning.isEmpty()) {
        spec.commandLine().getErr().println("warning: " + warning);
      }
    }
  }

  /**
   * The nodes to begin with, each as host:port.
   *
   * @throws ParameterException if they cannot be understood
   */
  public List<String> endpoints() {
    try {
      String named = profile.chosen().or("endpoints", endpoints);
      return Endpoints.parse(named.isBlank() ? Endpoints.DEFAULT : named);
    } catch (IllegalArgumentException malformed) {
      throw usage(String.valueOf(malformed.getMessage()));
    }
  }

  /** Returns how people call the cluster: its profile, or its endpoints. */
  public String cluster() {
    String named = profile.name();
    return named.isBlank() || isGiven("--endpoints") ? String.join(",", endpoints()) : named;
  }

  /** For options that fit each alone and not together. */
  public ParameterException usage(String message) {
    if (spec == null) {
      throw new IllegalStateException("options are used before the command line was read");
    }
    return new ParameterException(spec.commandLine(), message);
  }

  /** How long each operation may take. */
  public long timeoutNanos() {
    return timeout().toNanos();
  }

  private Duration timeout() {
    if (timeout.isZero()) {
      throw usage("--timeout must be at least 1ms");
    }
    return timeout;
  }

  public ReadOptions read() {
    return level == null ? ReadOptions.DEFAULT : ReadOptions.DEFAULT.level(level);
  }

  public WriteOptions write() {
    return level == null ? WriteOptions.DEFAULT : WriteOptions.DEFAULT.level(level);
  }

  public ScanOptions scan() {
    return level == null ? ScanOptions.DEFAULT : ScanOptions.DEFAULT.level(level);
  }

  public Output output(Console console) {
    return new Output(console, json);
  }

  /** The tenant, if it was said on the command line; null if not. */
  public @Nullable String tenantIfNamed() {
    return isGiven("--tenant") ? tenant : null;
  }

  private boolean isGiven(String option) {
    return spec != null && spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  /**
   * Returns the tenant that the command is about.
   *
   * @throws ParameterException if the option is blank, or the profile cannot be used
   */
  public String tenant() {
    if (tenant.isBlank()) {
      throw usage(BLANK_TENANT);
    }
    try {
      String named = profile.chosen().or("tenant", isGiven("--tenant") ? tenant : "");
      return named.isBlank() ? tenant : named;
    } catch (IllegalArgumentException unusable) {
      throw usage(String.valueOf(unusable.getMessage()));
    }
  }

  public boolean json() {
    return json;
  }
}
