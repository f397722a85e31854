package io.quorate.placement.planner;

import java.util.Arrays;

/** For each node, the lists that it has; a list belongs to one node at most. */
final class RowSets {
  private final int[][] rows;
  private final int[] sizes;
  private final int[] placeOf;

  RowSets(int nodes, int rowCount) {
    rows = new int[nodes][8];
    sizes = new int[nodes];
    placeOf = new int[rowCount];
  }

  int size(int node) {
    return sizes[node];
  }

  int get(int node, int place) {
    return rows[node][place];
  }

  void add(int node, int row) {
    if (sizes[node] == rows[node].length) {
      rows[node] = Arrays.copyOf(rows[node], 2 * sizes[node]);
    }
    placeOf[row] = sizes[node];
    rows[node][sizes[node]++] = row;
  }

  void remove(int node, int row) {
    int last = rows[node][--sizes[node]];
    rows[node][placeOf[row]] = last;
    placeOf[last] = placeOf[row];
  }
}
