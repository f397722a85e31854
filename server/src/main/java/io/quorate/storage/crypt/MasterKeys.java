package io.quorate.storage.crypt;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The master keys that a node was given.
 *
 * @param keys at least one. The first encrypts the keys of tenants; the others are tried where they
 *     were encrypted before
 * @param source where they are from, for messages: a file
 */
public record MasterKeys(List<MasterKey> keys, String source) {
  public MasterKeys {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no master key");
    }
  }

  MasterKey first() {
    return keys.getFirst();
  }

  @Nullable MasterKey find(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst().orElse(null);
  }

  /** Their ids, for messages. */
  String ids() {
    return keys.stream().map(MasterKey::id).collect(Collectors.joining(", "));
  }
}
