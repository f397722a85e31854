package io.quorate.outside;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the nodes of {@link SharedNodes} to tests that kill, stop or restart some of them, one test
 * after the other, once all that want them undisturbed are over ({@link SharedNodesLast}). After
 * each they are in order again: all run, and each hears all others. What such a test changes
 * besides, it changes back; and it asks for the difference of a meter, not for its value. After one
 * that failed, the next test has new nodes.
 */
final class DisturbedNodes implements ParameterResolver, AfterEachCallback {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Nodes.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return SharedNodes.of(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      SharedNodes.end(context); // it may not have come to what it would have changed back
      return;
    }
    try {
      SharedNodes.ifStarted(context).ifPresent(Nodes::putInOrder);
    } catch (RuntimeException | Error failed) {
      SharedNodes.end(context);
      throw failed;
    }
  }
}
