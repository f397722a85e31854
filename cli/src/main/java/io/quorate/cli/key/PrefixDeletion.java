package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncSiblingKeyValue;
import io.quorate.client.Codec;
import io.quorate.client.Context;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Scan;
import io.quorate.client.WriteOptions;
import io.quorate.client.WrongModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Deletes the keys that begin with a prefix, one by one and many at a time. Not at one moment: what
 * is written meanwhile stays, or goes.
 */
final class PrefixDeletion {
  private static final int AT_ONCE = 200;

  private final QuorateClient client;
  private final ClusterOptions cluster;
  private final WriteOptions options;
  private final AsyncKeyValue plain;
  private final AsyncSiblingKeyValue<byte[], byte[]> siblings;

  /** Whether keys of the tenant keep siblings; known once a key was deleted. */
  private boolean keepsSiblings;

  private long deleted;

  PrefixDeletion(QuorateClient client, ClusterOptions cluster, WriteOptions options) {
    this.client = client;
    this.cluster = cluster;
    this.options = options;
    this.plain = client.asyncKeyValue();
    this.siblings = client.asyncSiblings(cluster.tenant(), Codec.bytes(), Codec.bytes());
  }

  /** Keys that are deleted, also if {@link #run} has failed. */
  long deleted() {
    return deleted;
  }

  /**
   * Counts the keys.
   *
   * @throws QuorateException as reads do
   */
  long count(byte[] prefix) {
    long count = 0;
    try (Scan scan = client.keyValue().scan(prefix, cluster.scan().keysOnly(true))) {
      for (; scan.hasNext(); count++) {
        var unused = scan.next();
      }
    }
    return count;
  }

  /**
   * Deletes the keys.
   *
   * @throws QuorateException as reads and writes do; what is deleted by then stays so
   */
  void run(byte[] prefix) {
    try (Scan scan = client.keyValue().scan(prefix, cluster.scan().keysOnly(true))) {
      List<byte[]> some = new ArrayList<>();
      while (scan.hasNext()) {
        some.add(scan.next().key());
        if (deleted == 0 || some.size() == AT_ONCE || !scan.hasNext()) {
          delete(some);
          some.clear();
        }
      }
    }
  }

  /** The first key is deleted alone: it tells what its tenant keeps. */
  private void delete(List<byte[]> keys) {
    try {
      deleteAll(keys);
    } catch (WrongModelException other) {
      if (keepsSiblings || !other.model().equals("SIBLINGS")) {
        throw ModelAdvice.failure(cluster.tenant(), other);
      }
      keepsSiblings = true;
      deleteAll(keys);
    }
  }

  private void deleteAll(List<byte[]> keys) {
    List<CompletableFuture<?>> begun = new ArrayList<>();
    keys.forEach(key -> begun.add(delete(key)));
    QuorateException failure = null;
    for (CompletableFuture<?> each : begun) {
      try {
        Object unused = each.join();
        deleted++;
      } catch (CompletionException failed) {
        if (!(failed.getCause() instanceof QuorateException told)) {
          throw failed;
        }
        failure = told;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private CompletableFuture<?> delete(byte[] key) {
    return keepsSiblings ? siblings.delete(key, Context.NONE, options) : plain.delete(key, options);
  }
}
