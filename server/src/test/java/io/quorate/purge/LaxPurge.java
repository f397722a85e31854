package io.quorate.purge;

import io.quorate.model.NodeId;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Purges that lack a rule, for tests that must notice it. */
public enum LaxPurge {
  /** Confirms a purge when a majority holds the same. */
  MAJORITY_IS_ENOUGH {
    @Override
    boolean agree(List<NodeId> replicas, Map<NodeId, Long> reported) {
      Set<Long> values = new HashSet<>(reported.values());
      return values.stream()
          .anyMatch(value -> holding(replicas, reported, value) > replicas.size() / 2);
    }
  },
  /** A replica that has not reported is left out, if a majority has. */
  ABSENT_IS_EXCUSED {
    @Override
    boolean agree(List<NodeId> replicas, Map<NodeId, Long> reported) {
      return !reported.isEmpty()
          && holding(replicas, reported, Collections.min(reported.values())) == reported.size()
          && reported.size() > replicas.size() / 2;
    }
  },
  /** However many replicas there are, they are looked at under one epoch only. */
  ONE_LOOK_IS_ENOUGH {
    @Override
    int looks(int replicas) {
      return 1;
    }
  };

  private static final PurgeRules SOUND = new PurgeRules();

  boolean agree(List<NodeId> replicas, Map<NodeId, Long> reported) {
    return SOUND.agree(replicas, reported);
  }

  int looks(int replicas) {
    return SOUND.looks(replicas);
  }

  private static long holding(List<NodeId> replicas, Map<NodeId, Long> reported, Long value) {
    return replicas.stream().filter(each -> Objects.equals(reported.get(each), value)).count();
  }

  public PurgeDriver driver(PurgeConfig config, Consumer<PurgeEvent> events) {
    return new PurgeDriver(
        config,
        new PurgeRules() {
          @Override
          boolean agree(List<NodeId> replicas, Map<NodeId, Long> reported) {
            return LaxPurge.this.agree(replicas, reported);
          }

          @Override
          int looks(int replicas) {
            return LaxPurge.this.looks(replicas);
          }
        },
        events);
  }
}
