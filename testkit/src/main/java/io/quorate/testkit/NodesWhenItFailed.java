package io.quorate.testkit;

/**
 * The states of the nodes when a test failed. Suppressed by what the test threw, so that every
 * report of the failure shows it.
 */
final class NodesWhenItFailed extends Exception {
  private static final long serialVersionUID = 1;

  NodesWhenItFailed(String states) {
    // Where it was made says nothing.
    super("the nodes of the cluster when the test failed:\n" + states, null, false, false);
  }
}
