package io.quorate.outside;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the {@link Nodes} of one cluster to all tests that change nothing but their own keys and
 * tenants. Each of them uses keys that begin with its own name, and tenants that no other one
 * names. Tests that disturb nodes come to them after these ({@link DisturbedNodes}).
 */
final class SharedNodes implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedNodes.class);

  private record Running(Nodes nodes) implements AutoCloseable {
    @Override
    public void close() {
      nodes.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Nodes.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return of(context);
  }

  /** Starts them where they are not there yet. */
  static Nodes of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Running.class, key -> started(), Running.class)
        .nodes();
  }

  static Optional<Nodes> ifStarted(ExtensionContext context) {
    Running running = context.getRoot().getStore(NAMESPACE).get(Running.class, Running.class);
    return Optional.ofNullable(running).map(Running::nodes);
  }

  /** Ends them: the next test starts new ones. */
  static void end(ExtensionContext context) {
    Running ended = context.getRoot().getStore(NAMESPACE).remove(Running.class, Running.class);
    if (ended != null) {
      ended.close();
    }
  }

  private static Running started() {
    Nodes nodes = Nodes.threeOnLoopback();
    nodes.all().forEach(node -> node.set("QUORATE_NODE_NAME", node.name()));
    return new Running(nodes.start());
  }
}
