package io.quorate.transport.tls;

import java.util.function.Consumer;

/** Has a node read the files of its certificates at once. */
@FunctionalInterface
public interface CertificateReload {
  /**
   * Reads the files; called on the lane.
   *
   * @param done told on the lane what came of it
   * @param busy told on the lane that the node cannot read them now; nothing has changed
   */
  void reload(Consumer<TlsReload> done, Runnable busy);
}
