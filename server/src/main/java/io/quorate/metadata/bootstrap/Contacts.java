package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.runtime.Randomness;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The addresses that a node asks which cluster it belongs to. */
final class Contacts {
  /**
   * Members that are no seeds and are asked in one round, others each time: the seeds may all have
   * left, and any few of the members may be down for good.
   */
  private static final int MEMBERS_ASKED_MAX = 4;

  private final BootstrapConfig config;
  private final Randomness chance;

  Contacts(BootstrapConfig config, Randomness chance) {
    this.config = config;
    this.chance = chance;
  }

  /** The seeds without this node. */
  List<String> seeds() {
    return config.seeds().stream().filter(seed -> !seed.equals(config.address())).toList();
  }

  /** The seeds without this node, and some members that are no seeds. */
  List<String> seedsAndMembers(ClusterState state) {
    Set<String> all = new LinkedHashSet<>(seeds());
    List<String> members =
        state.members().values().stream()
            .map(Member::address)
            .filter(address -> !address.equals(config.address()) && !all.contains(address))
            .collect(Collectors.toCollection(ArrayList::new));
    all.addAll(someOf(members));
    return List.copyOf(all);
  }

  /** Draws by chance, unless there are so few that all are asked. */
  private List<String> someOf(List<String> members) {
    for (int i = 0; i < MEMBERS_ASKED_MAX && members.size() > MEMBERS_ASKED_MAX; i++) {
      Collections.swap(members, i, i + chance.nextInt(members.size() - i));
    }
    return members.subList(0, Math.min(MEMBERS_ASKED_MAX, members.size()));
  }
}
