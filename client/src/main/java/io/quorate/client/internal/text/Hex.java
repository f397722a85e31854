package io.quorate.client.internal.text;

import java.util.ArrayList;
import java.util.List;

/** Ids of nodes as people see them: 16 hexadecimal digits. */
public final class Hex {
  private Hex() {}

  public static String of(long id) {
    return String.format("%016x", id);
  }

  /** Returns an id, or an empty text if there is none, which is 0 on the wire. */
  public static String orEmpty(long id) {
    return id == 0 ? "" : of(id);
  }

  public static List<String> of(List<Long> ids) {
    List<String> names = new ArrayList<>(ids.size());
    for (long id : ids) {
      names.add(of(id));
    }
    return List.copyOf(names);
  }
}
