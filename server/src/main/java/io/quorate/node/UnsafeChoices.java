package io.quorate.node;

import io.quorate.node.config.NodeConfig;
import io.quorate.storage.rocks.RocksStorage;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says at the start what an operator has chosen that lets others do more than is usual. */
final class UnsafeChoices {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  private UnsafeChoices() {}

  static void warn(NodeConfig config) {
    Path data = config.node().dataDir();
    if (RocksStorage.isReadableByOthers(data)) {
      log.warn(
          "data directory {} can be read by other users of this machine: say chmod -R go= {}",
          data,
          data);
    }
    OpenSecrets.of(config).forEach(each -> log.warn("{}: {}", each.setting(), each.what()));
    String owner = DirectoryOwner.warning(data.resolve("db"));
    if (owner != null) {
      log.warn("{}", owner);
    }
    if (!config.insecure().isEmpty()) {
      log.warn(
          "the node {}: all who reach it can read and change everything (security.insecure: true)",
          config.insecure());
    }
    if (config.isUnrestricted()) {
      log.warn(
          "the node does not look at users and grants: all clients with a certificate can read"
              + " and change everything (security.roles: off)");
    }
  }
}
