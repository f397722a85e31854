package io.quorate.node;

import io.quorate.node.config.NodeConfig;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.crypt.Keyring;
import io.quorate.storage.crypt.KeysUnusableException;
import io.quorate.storage.rocks.RocksStorage;
import io.quorate.storage.rocks.files.DirectoryLock;
import io.quorate.transport.tls.TlsFilesException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
    boolean entered = check.findings.isEmpty();
    check.certificates(config, nowMillis);
    check.masterKeys(config.storage(), entered ? config.node().dataDir() : null);
    check.providerKeys(config.jwt());
    check.joinToken(config.cluster().joinTokenFile());
    check.audit(config.audit().file());
    check.log(config.log().file());
    check.openSecrets(config);
    return List.copyOf(check.findings);
  }

  private void dataDirectory(Path directory) {
    Path there = nearest(directory.toAbsolutePath().normalize());
    if (!Files.isDirectory(there) || !Files.isWritable(there) || !Files.isExecutable(there)) {
      findings.add(
          new Finding(
              "node.data_dir",
              "data directory %s cannot be created or entered: %s is %s. Give a directory that the node may write to"
                  .formatted(
                      directory,
                      there,
                      Files.isDirectory(there)
                          ? "not writable by user " + RocksStorage.user()
                          : "not a directory"),
              true));
      return;
    }
    filesOf(directory.toAbsolutePath().normalize());
  }

  /** Returns a path if it is there, and else the nearest directory above it that is. */
  private static Path nearest(Path path) {
    Path there = path;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  /** A start as another user, as root, leaves files that the node may not open. */
  private void filesOf(Path directory) {
    Path database = directory.resolve("db");
    Path lock = directory.resolve(DirectoryLock.NAME);
    Path locked = database.resolve("LOCK");
    Path current = database.resolve("CURRENT");
    Stream.of(
            unlessUsable(lock, Files.isRegularFile(lock) && Files.isWritable(lock)),
            unlessUsable(
                database,
                Files.isDirectory(database)
                    && Files.isReadable(database)
                    && Files.isWritable(database)
                    && Files.isExecutable(database)),
            unlessUsable(locked, Files.isRegularFile(locked) && Files.isWritable(locked)),
            unlessUsable(current, Files.isRegularFile(current) && Files.isReadable(current)))
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(
            file ->
                findings.add(
                    new Finding(
                        "node.data_dir",
                        "%s in data directory %s may not be read or written by user %s. Give the directory and all in it to the user the node runs as"
                            .formatted(file.getFileName(), directory, RocksStorage.user()),
                        true)));
  }

  private static Optional<Path> unlessUsable(Path file, boolean usable) {
    return usable || !Files.exists(file) ? Optional.empty() : Optional.of(file);
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

  /**
   * Reads the master keys, and by them what is in the data directory, if there is something.
   *
   * @param directory null if it cannot be entered
   */
  private void masterKeys(NodeConfig.Storage storage, @Nullable Path directory) {
    try {
      Encryption encryption = MasterKeyFile.encryption(storage);
      if (directory != null) {
        var unused =
            Keyring.open(directory.toAbsolutePath().normalize(), encryption, new SystemClock());
      }
    } catch (NodeStartException | StorageOpenException | KeysUnusableException unusable) {
      masterKeyFile(String.valueOf(unusable.getMessage()));
    } catch (IOException unreadable) {
      masterKeyFile(
          "the file of keys in data directory %s cannot be read: %s"
              .formatted(directory, unreadable));
    }
  }

  private void masterKeyFile(String what) {
    findings.add(new Finding("storage.master_key_file", what, true));
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

  /** A file that is of no use holds no secret. */
  private void openSecrets(NodeConfig config) {
    for (Finding open : OpenSecrets.of(config)) {
      if (findings.stream().noneMatch(each -> each.setting().equals(open.setting()))) {
        findings.add(open);
      }
    }
  }

  private void joinToken(@Nullable Path file) {
    String why = file == null ? null : JoinTokenFile.whyUnusable(file);
    if (why != null) {
      findings.add(new Finding("cluster.join_token_file", why, false));
    }
  }

  private void audit(@Nullable Path file) {
    if (file == null) {
      return;
    }
    Path directory = file.toAbsolutePath().normalize().getParent();
    if (!isWritable(file, directory)) {
      findings.add(
          new Finding(
              "audit.file",
              "%s cannot be written; name a file in a directory that is there, and that the user of the node may write to"
                  .formatted(file),
              true));
    }
  }

  /** Directories of the log are made at the start. */
  private void log(@Nullable Path file) {
    if (file == null) {
      return;
    }
    Path directory = file.toAbsolutePath().normalize().getParent();
    if (!isWritable(file, directory == null ? null : nearest(directory))) {
      findings.add(
          new Finding(
              "log.file",
              "%s cannot be written, so the log would go to standard error; name a file in a directory that the user of the node may write to, or make"
                  .formatted(file),
              false));
    }
  }

  /** Whether a file can be written, or made below a directory. */
  private static boolean isWritable(Path file, @Nullable Path directory) {
    return Files.exists(file)
        ? Files.isRegularFile(file) && Files.isWritable(file)
        : directory != null
            && Files.isDirectory(directory)
            && Files.isWritable(directory)
            && Files.isExecutable(directory);
  }
}
