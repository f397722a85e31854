package io.quorate.node;

import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * Keeps commands from writing into the data of a node as another user than the node, and warns
 * nodes: what they make there, even a lock or a log of RocksDB, would be theirs, and the node could
 * not open it any more. Root may write everywhere, and so would not be stopped by anything else.
 */
final class DirectoryOwner {
  private DirectoryOwner() {}

  /**
   * Refuses a directory of another user.
   *
   * @throws NodeStartException that says as which user to run the command
   */
  static void check(Path directory) throws NodeStartException {
    String why = whyNot(directory, FileOwner.of(directory), FileOwner.self());
    if (why != null) {
      throw new NodeStartException(why, NodeStartException.FAILED);
    }
  }

  /**
   * What to say to a user who runs a node on a directory of another one: as root, which may; null
   * if there is nothing to say. No refusal, for there are file systems on which what root writes
   * belongs to another user.
   */
  static @Nullable String warning(Path directory) {
    return warning(directory, FileOwner.of(directory), FileOwner.self());
  }

  static @Nullable String warning(
      Path directory, @Nullable UserPrincipal owner, @Nullable UserPrincipal self) {
    if (owner == null || self == null || owner.equals(self)) {
      return null;
    }
    return ("%1$s belongs to user %2$s, and this node is run by %3$s: what it writes there, a node"
            + " run by %2$s could not open. Before it is run by %2$s again, say chown -R %2$s"
            + " for the data directory")
        .formatted(directory, owner.getName(), self.getName());
  }

  /**
   * Returns why a user must not write there; null if nothing is against it, or it is not known to
   * whom the directory belongs.
   */
  static @Nullable String whyNot(
      Path directory, @Nullable UserPrincipal owner, @Nullable UserPrincipal self) {
    if (owner == null || self == null || owner.equals(self)) {
      return null;
    }
    return ("%1$s belongs to user %2$s, and this command is run by %3$s: the node could not open"
            + " what it writes there. Run it as that user: 'sudo -u %2$s', then the command")
        .formatted(directory, owner.getName(), self.getName());
  }
}
