package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.client.IncrementOptions;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import picocli.CommandLine.Option;

/** The lock under which a key is read or written. */
final class FenceOption {
  @Option(
      names = "--fenced-by",
      paramLabel = "TOKEN",
      description =
          "In a tenant with model LINEARIZABLE or LAST_WRITE_WINS: the token of the lock that you"
              + " hold. It fails if a later holder of the lock was at the key")
  private long token;

  /** How writes differ from the defaults. */
  WriteOptions write(ClusterOptions cluster) {
    return token == 0 ? cluster.write() : cluster.write().fencedBy(checked(cluster));
  }

  /** How increments differ from the defaults. */
  IncrementOptions increment(ClusterOptions cluster) {
    return token == 0
        ? IncrementOptions.DEFAULT
        : IncrementOptions.DEFAULT.fencedBy(checked(cluster));
  }

  /** How reads differ from the defaults. */
  ReadOptions read(ClusterOptions cluster) {
    return token == 0 ? cluster.read() : cluster.read().fencedBy(checked(cluster));
  }

  private long checked(ClusterOptions cluster) {
    if (token < 1) {
      throw cluster.usage("--fenced-by takes the token that the lock was granted under");
    }
    return token;
  }
}
