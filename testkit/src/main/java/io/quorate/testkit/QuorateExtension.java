package io.quorate.testkit;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Runs a {@link QuorateCluster} for tests of JUnit. Say {@link QuorateTest} at the class, or
 * register it where the cluster needs more words:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final QuorateExtension extension =
 *     QuorateExtension.builder()
 *         .nodes(5)
 *         .tenant("sessions", TenantSettings.DEFAULT.defaultTtl(Duration.ofHours(1)))
 *         .build();
 * }</pre>
 *
 * <p>There is one cluster for the class, its nested classes included, or one for each test ({@link
 * Lifetime}; a field that is not static means one for each test). Test methods, and methods that
 * run before and after them, may have parameters of the types {@link QuorateCluster} and {@link
 * QuorateClient}, which is the cluster's own. Where a class has two such extensions, take {@link
 * #cluster} of each instead.
 *
 * <p>Before each test all faults of the one before are taken back, as {@link QuorateCluster#heal}
 * does; what it wrote stays. A test that fails has the states of all nodes in its report, as a
 * report entry and among the suppressed exceptions of the failure. Faults are for the cluster as a
 * whole, so do not run tests that share one at the same time.
 */
public final class QuorateExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {
  private static final String REPORT_KEY = "quorate nodes";

  /** Null where {@link QuorateTest} says how the cluster is to be. */
  private final QuorateCluster.@Nullable Builder registered;

  private final Lifetime lifetime;

  /** The newest, for tests that hold the extension. */
  private volatile @Nullable QuorateCluster latest;

  /** A cluster, and the part of the run that it ends with. */
  private record Running(QuorateCluster cluster, String owner) {}

  /** For {@link QuorateTest}, which JUnit makes it for; use {@link #builder} otherwise. */
  public QuorateExtension() {
    this.registered = null;
    this.lifetime = Lifetime.CLASS;
  }

  private QuorateExtension(QuorateCluster.Builder registered, Lifetime lifetime) {
    this.registered = registered;
    this.lifetime = lifetime;
  }

  /** Returns a builder of an extension whose clusters have three nodes. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the cluster of the test that runs.
   *
   * @throws IllegalStateException if none runs
   */
  public QuorateCluster cluster() {
    QuorateCluster running = latest;
    if (running == null) {
      throw new IllegalStateException(
          "no cluster runs: it starts with the first test, and is for tests only");
    }
    return running;
  }

  /**
   * Returns the client of {@link #cluster}. Do not close it.
   *
   * @throws IllegalStateException if no cluster runs
   */
  public QuorateClient client() {
    return cluster().client();
  }

  /** Starts the cluster of a class; called by JUnit. */
  @Override
  public void beforeAll(ExtensionContext context) {
    boolean says =
        registered == null && context.getRequiredTestClass().isAnnotationPresent(QuorateTest.class);
    if (lifetime(context) == Lifetime.CLASS && (says || running(context) == null)) {
      start(context);
    }
  }

  /** Starts the cluster of a test, or takes back the faults of the test before; called by JUnit. */
  @Override
  public void beforeEach(ExtensionContext context) {
    Running shared = running(context);
    if (shared == null) {
      start(context);
    } else {
      latest = shared.cluster();
      shared.cluster().heal();
    }
  }

  /** Tells of the nodes if the test failed, and ends its cluster; called by JUnit. */
  @Override
  public void afterEach(ExtensionContext context) {
    Running running = running(context);
    Optional<Throwable> failure = context.getExecutionException();
    if (running != null && failure.isPresent()) {
      String states = running.cluster().describe();
      failure.get().addSuppressed(new NodesWhenItFailed(states));
      context.publishReportEntry(REPORT_KEY, states);
    }
    endOwnOf(context);
  }

  /** Ends the cluster of a class; called by JUnit. */
  @Override
  public void afterAll(ExtensionContext context) {
    endOwnOf(context);
  }

  private void start(ExtensionContext context) {
    QuorateCluster.Builder wanted = registered == null ? said(context) : registered;
    QuorateCluster cluster = wanted.start();
    store(context).put(this, new Running(cluster, context.getUniqueId()));
    latest = cluster;
  }

  private void endOwnOf(ExtensionContext context) {
    Running running = running(context);
    if (running != null && running.owner().equals(context.getUniqueId())) {
      Object unused = store(context).remove(this);
      Running outer = running(context);
      latest = outer == null ? null : outer.cluster();
      running.cluster().close();
    }
  }

  /** Looks in the parts of the run around this one, too. */
  private @Nullable Running running(ExtensionContext context) {
    return store(context).get(this, Running.class);
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(ExtensionContext.Namespace.create(QuorateExtension.class));
  }

  private Lifetime lifetime(ExtensionContext context) {
    QuorateTest test = annotation(context);
    return registered != null || test == null ? lifetime : test.lifetime();
  }

  private static QuorateCluster.Builder said(ExtensionContext context) {
    QuorateCluster.Builder builder = QuorateCluster.builder();
    QuorateTest test = annotation(context);
    if (test == null) {
      return builder; // the class says no more than that it is extended with this
    }
    builder = builder.nodes(test.nodes());
    for (String tenant : test.tenants()) {
      builder = builder.tenant(tenant);
    }
    for (String setting : test.settings()) {
      int equals = setting.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "setting \"" + setting + "\" of @QuorateTest: give name=value");
      }
      builder = builder.setting(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return builder;
  }

  /** Of the class, or else of the nearest around it. */
  private static @Nullable QuorateTest annotation(ExtensionContext context) {
    Class<?> type = context.getTestClass().orElse(null);
    while (type != null) {
      QuorateTest found = type.getAnnotation(QuorateTest.class);
      if (found != null) {
        return found;
      }
      type = type.getEnclosingClass();
    }
    return null;
  }

  /** Whether a parameter is the cluster or its client; called by JUnit. */
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == QuorateCluster.class || type == QuorateClient.class;
  }

  /** Gives a parameter its value; called by JUnit. */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running = running(context);
    if (running == null) {
      throw new IllegalStateException(
          "no cluster runs yet: with one for each test, constructors and static methods get none");
    }
    return parameter.getParameter().getType() == QuorateCluster.class
        ? running.cluster()
        : running.cluster().client();
  }

  /** Says how an extension, and its clusters, are to be. */
  public static final class Builder {
    private final QuorateCluster.Builder cluster = QuorateCluster.builder();
    private Lifetime lifetime = Lifetime.CLASS;

    private Builder() {}

    /** See {@link QuorateCluster.Builder#nodes}. */
    public Builder nodes(int nodes) {
      var unused = cluster.nodes(nodes);
      return this;
    }

    /** See {@link QuorateCluster.Builder#tenant(String)}. */
    public Builder tenant(String name) {
      var unused = cluster.tenant(name);
      return this;
    }

    /** See {@link QuorateCluster.Builder#tenant(String, TenantSettings)}. */
    public Builder tenant(String name, TenantSettings settings) {
      var unused = cluster.tenant(name, settings);
      return this;
    }

    /** See {@link QuorateCluster.Builder#setting}. */
    public Builder setting(String name, String value) {
      var unused = cluster.setting(name, value);
      return this;
    }

    /** See {@link QuorateCluster.Builder#timeout}. */
    public Builder timeout(Duration timeout) {
      var unused = cluster.timeout(timeout);
      return this;
    }

    /** Sets whether the tests of a class share a cluster; default: {@link Lifetime#CLASS}. */
    public Builder lifetime(Lifetime lifetime) {
      this.lifetime = lifetime;
      return this;
    }

    /** Returns the extension. Its clusters start with the tests. */
    public QuorateExtension build() {
      return new QuorateExtension(cluster, lifetime);
    }
  }
}
