package io.quorate.outside;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the {@link Nodes} of one cluster to all tests that change nothing but their own keys and
 * tenants. Each of them uses keys that begin with its own name, and tenants that no other one
 * names.
 */
final class SharedNodes implements ParameterResolver {
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
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedNodes.class))
        .getOrComputeIfAbsent(Running.class, key -> started(), Running.class)
        .nodes();
  }

  private static Running started() {
    Nodes nodes = Nodes.threeOnLoopback().start();
    try {
      CommandClasses.keep(nodes);
      return new Running(nodes);
    } catch (RuntimeException | Error failed) {
      nodes.close();
      throw failed;
    }
  }
}
