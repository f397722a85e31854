package io.quorate.client;

import java.util.ArrayList;
import java.util.List;

/** Ids of nodes as people see them: 16 hexadecimal digits. */
final class Hex {
  private Hex() {}

  static String of(long id) {
    return String.format("%016x", id);
  }

  static List<String> of(List<Long> ids) {
    List<String> names = new ArrayList<>(ids.size());
    for (long id : ids) {
      names.add(of(id));
    }
    return List.copyOf(names);
  }
}
