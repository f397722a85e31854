package io.quorate.placement.planner;

/**
 * What each node will have, for each length of the lists, if all that is not decided yet stays as
 * it is. A node that is given a place early on should have room for it at every length, or has to
 * give up another place later.
 */
final class Outlook {
  private final int[][] current;
  private final int listLength;

  /** By length and node. */
  private final int[][] count;

  Outlook(int nodes, int listLength, int[][] current) {
    this.current = current;
    this.listLength = listLength;
    this.count = new int[listLength + 1][nodes];
    for (int[] list : current) {
      for (int place = 0; place < listLength; place++) {
        if (list[place] >= 0) {
          add(list[place], place, listLength, 1);
        }
      }
    }
  }

  int count(int length, int node) {
    return count[length][node];
  }

  /** A node gets a place of a list; if it has a later one, it is counted from there on already. */
  void onGiven(int row, int place, int node) {
    int later = place + 1;
    while (later < listLength && current[row][later] != node) {
      later++;
    }
    add(node, place, later, 1);
  }

  /** A node that is nowhere else in the list loses its place. */
  void onLost(int place, int node) {
    add(node, place, listLength, -1);
  }

  /** Counts in all prefixes that contain {@code place} and are no longer than {@code lengthMax}. */
  private void add(int node, int place, int lengthMax, int by) {
    for (int length = place + 1; length <= lengthMax; length++) {
      count[length][node] += by;
    }
  }
}
