package io.quorate.node;

import io.quorate.node.StartCheck.Finding;
import io.quorate.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds files of secrets that other users of the machine may read. As ssh does, it says nothing of
 * a group that may read the file of another user: that is how a node gets one that root keeps.
 */
final class OpenSecrets {
  private static final int ROOT = 0;
  private static final int GROUP_READS = 0040;
  private static final int OTHERS_READ = 0004;

  private OpenSecrets() {}

  /** Returns what is to be said of each such file that the configuration names. */
  static List<Finding> of(NodeConfig config) {
    List<Finding> found = new ArrayList<>();
    look("tls.key", config.tls().key(), found);
    look("storage.master_key_file", config.storage().masterKeyFile(), found);
    look("cluster.join_token_file", config.cluster().joinTokenFile(), found);
    return found;
  }

  /** Returns the settings that name such files. */
  static List<String> settings(NodeConfig config) {
    return of(config).stream().map(Finding::setting).toList();
  }

  private static void look(String setting, @Nullable Path file, List<Finding> found) {
    String remedy = file == null ? null : remedy(file);
    if (remedy != null) {
      found.add(
          new Finding(
              setting,
              "file %s can be read by other users of this machine: %s".formatted(file, remedy),
              false));
    }
  }

  /** Returns what to do about a file that others may read; null if none may, or it is not known. */
  private static @Nullable String remedy(Path file) {
    try {
      int mode = (int) Files.getAttribute(file, "unix:mode");
      int owner = FileOwner.number(file);
      int self = FileOwner.ownNumberOr(owner);
      return isOpen(mode, owner, self) ? remedy(file, owner, self) : null;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return null; // who needs the file says what is wrong with it
    }
  }

  /** A group may read a file of another user, or of root: the node may be in it. */
  static boolean isOpen(int mode, int owner, int self) {
    return (mode & OTHERS_READ) != 0
        || (owner == self && self != ROOT && (mode & GROUP_READS) != 0);
  }

  /**
   * Returns what keeps other users from a file, and not the node. The node may run as another user
   * than the owner of the file; and if root asks, the node mostly runs as another user.
   */
  static String remedy(Path file, int owner, int self) {
    return owner == self && self != ROOT
        ? "say chmod 600 " + file
        : ("let its group be that of the node, and say chmod 640 %1$s; or let the user of the node"
                + " own it, and say chmod 600 %1$s")
            .formatted(file);
  }
}
