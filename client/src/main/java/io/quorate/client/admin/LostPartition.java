package io.quorate.client.admin;

import java.util.List;

/**
 * A partition that lost most of its replicas when nodes were given up.
 *
 * @param epoch what was first written under this one or later is not lost
 * @param givenUp ids of its replicas that were
 * @param whole whether no replica was left
 */
public record LostPartition(int partition, long epoch, List<String> givenUp, boolean whole) {
  public LostPartition {
    givenUp = List.copyOf(givenUp);
  }
}
