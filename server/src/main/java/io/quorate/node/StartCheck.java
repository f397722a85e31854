package io.quorate.node;

import io.quorate.node.config.NodeConfig;
import io.quorate.transport.tls.TlsFilesException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says before a node is started whether what its configuration names can be used, by the code by
 * which the node itself reads it. Creates, changes and locks nothing. What can be said only by the
 * one user that the node runs as is said of the user that asks.
 */
public final class StartCheck {
  private final List<Finding> findings = new ArrayList<>();

  private StartCheck() {}

  /**
   * Something that is not as a node needs it.
   *
   * @param setting that names it, as {@code tls.key}
   * @param what is wrong, and what to do
   * @param fatal whether a node does not start with it
   */
  public record Finding(String setting, String what, boolean fatal) {}

  /**
   * Looks at the files and the data directory of a node.
   *
   * @param nowMillis since 1970, to see what has expired
   */
  public static List<Finding> of(NodeConfig config, long nowMillis) {
    StartCheck check = new StartCheck();
    check.dataDirectory(config.node().dataDir());
    check.certificates(config, nowMillis);
    check.masterKeys(config.storage());
    check.providerKeys(config.jwt());
    check.joinToken(config.cluster().joinTokenFile());
    check.written("audit.file", config.audit().file(), true);
    check.written("log.file", config.log().file(), false);
    return List.copyOf(check.findings);
  }

  private void dataDirectory(Path directory) {
    Path there = directory.toAbsolutePath().normalize();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there) || !Files.isExecutable(there)) {
      findings.add(
          new Finding(
              "node.data_dir",
              "data directory %s cannot be created or entered: %s is %s. Give a directory that the node may write to"
                  .formatted(
                      directory,
                      there,
                      Files.isDirectory(there) ? "not writable by this user" : "not a directory"),
              true));
    }
  }

  private void certificates(NodeConfig config, long nowMillis) {
    try {
      var unused = EdgeSettings.tls(config.tls(), nowMillis);
    } catch (TlsFilesException unusable) {
      String setting =
          unusable.files().stream()
              .sorted()
              .findFirst()
              .map(file -> file.setting())
              .orElse("tls.certificate");
      findings.add(new Finding(setting, String.valueOf(unusable.getMessage()), true));
    }
  }

  private void masterKeys(NodeConfig.Storage storage) {
    try {
      var unused = MasterKeyFile.encryption(storage);
    } catch (NodeStartException unusable) {
      findings.add(
          new Finding("storage.master_key_file", String.valueOf(unusable.getMessage()), true));
    }
  }

  private void providerKeys(NodeConfig.@Nullable Jwt jwt) {
    if (jwt == null) {
      return;
    }
    try {
      var unused = NodeTokens.source(jwt);
    } catch (IOException unusable) {
      findings.add(new Finding("jwt.keys", String.valueOf(unusable.getMessage()), true));
    }
  }

  private void joinToken(@Nullable Path file) {
    String why = file == null ? null : JoinTokenFile.whyUnusable(file);
    if (why != null) {
      findings.add(new Finding("cluster.join_token_file", why, false));
    }
  }

  private void written(String setting, @Nullable Path file, boolean fatal) {
    if (file == null) {
      return;
    }
    Path directory = file.toAbsolutePath().normalize().getParent();
    boolean writable =
        Files.exists(file)
            ? Files.isRegularFile(file) && Files.isWritable(file)
            : directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
    if (!writable) {
      findings.add(
          new Finding(
              setting,
              "%s cannot be written%s; name a file in a directory that is there, and that the user of the node may write to"
                  .formatted(file, fatal ? "" : ", so the log would go to standard error"),
              fatal));
    }
  }
}
