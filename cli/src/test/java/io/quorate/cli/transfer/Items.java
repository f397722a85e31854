package io.quorate.cli.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads sources to their end, for tests. */
final class Items {
  private Items() {}

  static List<Item> all(RecordSource source) throws IOException {
    List<Item> items = new ArrayList<>();
    for (Item item = source.next(); item != null; item = source.next()) {
      items.add(item);
    }
    return items;
  }

  /** The good records, each as KEY=VALUE. */
  static List<String> good(List<Item> items) {
    return items.stream()
        .filter(Item.Good.class::isInstance)
        .map(item -> ((Item.Good) item).entry())
        .map(entry -> new String(entry.key(), UTF_8) + "=" + new String(entry.value(), UTF_8))
        .toList();
  }

  static List<Item.Bad> bad(List<Item> items) {
    return items.stream().filter(Item.Bad.class::isInstance).map(Item.Bad.class::cast).toList();
  }
}
