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
  /** Belongs to the user whom Linux takes this process for. */
  private static final Path OWN = Path.of("/proc/self");

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
    if (file != null && isOpen(file)) {
      found.add(
          new Finding(
              setting,
              "file %s can be read by other users of this machine: say chmod 600 %s"
                  .formatted(file, file),
              false));
    }
  }

  private static boolean isOpen(Path file) {
    try {
      int mode = (int) Files.getAttribute(file, "unix:mode");
      boolean own = !Files.exists(OWN) || uid(file) == uid(OWN);
      return (mode & OTHERS_READ) != 0 || (own && (mode & GROUP_READS) != 0);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return false; // who needs the file says what is wrong with it
    }
  }

  /** A user by number: to look up its name may take long. */
  private static int uid(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid");
  }
}
