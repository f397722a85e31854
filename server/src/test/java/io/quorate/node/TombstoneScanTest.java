package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncScan;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.ScanOptions;
import io.quorate.client.ScanPage;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scan over what is deleted, on a real disk: it costs no page more than any other. */
class TombstoneScanTest {
  private static final int FIRST_PORT = 17_410;
  private static final int DELETED = 200_000;
  private static final int ENTRIES = 100;

  /** Records that one page looks at, at most: 2,000, and a last look of a thousand begun below. */
  private static final int WORK_OF_A_PAGE = 3_000;

  private static final int OUTSTANDING = 500;

  @Test
  void twoHundredThousandTombstonesAreReadInPagesOfBoundedWork(@TempDir Path directory)
      throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 1);
        QuorateClient client =
            QuorateClient.builder().endpoints(List.of(cluster.address(0))).build()) {
      AsyncKeyValue kv = client.asyncKeyValue();
      List<String> live = new ArrayList<>();
      Deque<CompletableFuture<WriteResult>> underWay = new ArrayDeque<>();
      for (int i = 0; i < DELETED; i++) {
        underWay.add(deleted(kv, key("d" + i)));
        if (i % 20_000 == 0) {
          live.add("live" + i);
          underWay.add(kv.put(key("live" + i), key("v"), WriteOptions.DEFAULT));
        }
        while (underWay.size() > OUTSTANDING) {
          underWay.remove().join();
        }
      }
      underWay.forEach(CompletableFuture::join);

      List<String> found = new ArrayList<>();
      int pages = 0;
      int empty = 0;
      try (AsyncScan scan = kv.scan(new byte[0], ScanOptions.DEFAULT.pageSize(ENTRIES))) {
        ScanPage page;
        do {
          page = scan.nextPage().join();
          pages++;
          empty += page.entries().isEmpty() ? 1 : 0;
          page.entries().forEach(each -> found.add(text(each.key())));
        } while (!page.last());
      }

      assertThat(found).containsExactlyInAnyOrderElementsOf(live);
      assertThat(pages).isGreaterThanOrEqualTo(DELETED / WORK_OF_A_PAGE);
      assertThat(empty).as("pages that ended for their work").isGreaterThan(pages / 2);
    }
  }

  /** A node that is asked more than it serves, on a busy machine, says when to ask again. */
  private static CompletableFuture<WriteResult> deleted(AsyncKeyValue kv, byte[] key) {
    return kv.delete(key, WriteOptions.DEFAULT)
        .exceptionallyCompose(
            failed ->
                QuorateException.causeOf(failed) instanceof OverloadedException busy
                    ? CompletableFuture.runAsync(
                            () -> {},
                            CompletableFuture.delayedExecutor(
                                busy.retryAfter().toMillis(), TimeUnit.MILLISECONDS))
                        .thenCompose(waited -> deleted(kv, key))
                    : CompletableFuture.failedFuture(failed));
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
