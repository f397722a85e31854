package io.quorate.outside;

import io.quorate.client.Entry;
import io.quorate.client.GetResult;
import io.quorate.client.KeyValue;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An application with little memory that stores very many entries by one call. */
final class LargeBatch {
  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  /** Read by one call; all that is read must fit into the memory of the caller. */
  private static final int READ_AT_ONCE = 20_000;

  private LargeBatch() {}

  /**
   * Ends with exit code 1 if anything was not stored or not read.
   *
   * @param args endpoints, number of entries, bytes of each value
   */
  public static void main(String[] args) {
    int count = Integer.parseInt(args[1]);
    byte[] value = new byte[Integer.parseInt(args[2])];
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(
          Entry.of(("large:" + value.length + ":" + i).getBytes(StandardCharsets.UTF_8), value));
    }
    try (QuorateClient client = QuorateClient.builder().endpoints(args[0]).build()) {
      KeyValue kv = client.keyValue();
      check("stored", kv.putAll(entries, WriteOptions.DEFAULT.timeout(TIMEOUT)));
      for (int from = 0; from < count; from += READ_AT_ONCE) {
        List<byte[]> keys =
            entries.subList(from, Math.min(from + READ_AT_ONCE, count)).stream()
                .map(Entry::key)
                .toList();
        List<Outcome<GetResult>> read = kv.getAll(keys, ReadOptions.DEFAULT.timeout(TIMEOUT));
        check("read", read);
        if (read.stream().anyMatch(each -> each.get().bytes().length != value.length)) {
          fail("another value was read than was stored");
        }
      }
      System.out.println("done: " + client.counts());
    }
  }

  private static <T> void check(String what, List<Outcome<T>> outcomes) {
    long failed = outcomes.stream().filter(each -> !(each instanceof Outcome.Done)).count();
    if (failed > 0) {
      fail(
          failed
              + " of "
              + outcomes.size()
              + " not "
              + what
              + ", such as: "
              + outcomes.stream().filter(each -> !(each instanceof Outcome.Done)).findFirst());
    }
  }

  private static void fail(String why) {
    System.err.println(why);
    System.exit(1);
  }
}
