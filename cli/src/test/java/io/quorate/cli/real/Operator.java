package io.quorate.cli.real;

import io.quorate.cli.Ran;
import io.quorate.node.RealCluster;
import java.util.ArrayList;
import java.util.List;

/** Runs commands on a cluster, by its first two nodes. */
final class Operator {
  private Operator() {}

  static Ran run(RealCluster cluster, String... words) {
    List<String> args = new ArrayList<>(List.of(words));
    args.add("--endpoints");
    args.add(cluster.address(0) + "," + cluster.address(1));
    return Ran.command(args.toArray(String[]::new));
  }
}
