package io.quorate.sim.check;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.hint.HintEvent;
import io.quorate.replication.hint.Hints;
import io.quorate.storage.HintStore;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Checks that a node does not forget writes that others missed: hints past their bound leave a mark
 * until the partition was compared, and dead letters survive a restart.
 */
public final class OwedChecker {
  private static final String NAME = "owed";

  private final String node;

  /**
   * Partitions whose hints overflowed in this life of the node, and that were not compared since.
   */
  private final TreeSet<Place> overflowed = new TreeSet<>();

  /** Dead letters that no operator has decided about, with their partitions. */
  private final TreeMap<Letter, Integer> letters = new TreeMap<>();

  private record Place(NodeId target, int partition) implements Comparable<Place> {
    @Override
    public int compareTo(Place that) {
      int targets = target.compareTo(that.target);
      return targets == 0 ? Integer.compare(partition, that.partition) : targets;
    }
  }

  private record Letter(NodeId target, Key key) implements Comparable<Letter> {
    @Override
    public int compareTo(Letter that) {
      int targets = target.compareTo(that.target);
      return targets == 0 ? key.compareTo(that.key) : targets;
    }
  }

  public OwedChecker(String node) {
    this.node = node;
  }

  public void happened(Event event) {
    switch (event) {
      case HintEvent.HintsOverflowed(NodeId target, int partition) ->
          overflowed.add(new Place(target, partition));
      case HintEvent.RepairDone(NodeId target, int partition) ->
          overflowed.remove(new Place(target, partition));
      case HintEvent.RepairMoved(NodeId target, int partition) ->
          overflowed.remove(new Place(target, partition));
      case HintEvent.DeadLettered(NodeId target, int partition, Key key, String reason) ->
          letters.put(new Letter(target, key), partition);
      case HintEvent.DeadLetterReplayed(NodeId target, Key key) ->
          letters.remove(new Letter(target, key));
      case HintEvent.DeadLetterSettled(NodeId target, Key key) ->
          letters.remove(new Letter(target, key));
      case HintEvent.DeadLetterDropped(NodeId target, Key key, boolean forgotten) ->
          letters.remove(new Letter(target, key));
      default -> {}
    }
  }

  /** The process died; marks that it had reported may not have been durable. */
  public void died() {
    overflowed.clear();
  }

  /** The node has another disk. */
  public void lostDisk() {
    letters.clear();
  }

  /**
   * The node starts with these hints on its disk.
   *
   * @param hints tells whether one of them is there
   */
  public void starts(HintStore.Contents found, Predicate<HintStore.Hint> hints) {
    TreeSet<Letter> kept = new TreeSet<>();
    found
        .deadLetters()
        .forEach(each -> kept.add(new Letter(each.hint().target(), each.hint().key())));
    letters.forEach(
        (letter, partition) -> {
          HintStore.Owed owed = found.owed().get(letter.target);
          boolean hint = hints.test(new HintStore.Hint(letter.target, partition, letter.key));
          boolean marked = owed != null && owed.repairs().containsKey(partition);
          if (!kept.contains(letter) && !hint && !marked) {
            throw new PromiseBroken(
                NAME,
                "%s has lost the dead letter for %s of %s"
                    .formatted(node, letter.target, letter.key));
          }
        });
    // A node that died before the letter was durable has the hint again.
    letters.keySet().retainAll(kept);
  }

  /**
   * Everything has healed: an overflowed partition must have been compared, or be marked for it.
   */
  public void rests(Hints hints) {
    for (Place place : overflowed) {
      boolean marked =
          hints.standings().stream()
              .anyMatch(
                  standing ->
                      standing.target().equals(place.target)
                          && standing.repairs().contains(place.partition));
      if (!marked) {
        throw new PromiseBroken(
            NAME,
            "%s had no room for hints of partition %d for %s, and neither compared it nor will"
                .formatted(node, place.partition, place.target));
      }
    }
  }
}
