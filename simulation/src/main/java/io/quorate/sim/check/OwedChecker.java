package io.quorate.sim.check;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.hint.HintEvent;
import io.quorate.replication.hint.Hints;
import io.quorate.storage.HintStore;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one node owes to others is not forgotten: hints past their bound leave a mark until the
 * partition was compared, and dead letters outlive their node.
 */
public final class OwedChecker {
  private static final String NAME = "owed";

  private final String node;

  /** Of this life: without room for hints, and not compared since. */
  private final TreeSet<Place> overflowed = new TreeSet<>();

  /** By whom it was refused: the partition of what an operator has not decided about. */
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

  /** Its process is gone; what it had told of marks may not have been durable. */
  public void died() {
    overflowed.clear();
  }

  /** Its disk is another one. */
  public void lostDisk() {
    letters.clear();
  }

  /** It starts with this on its disk. */
  public void starts(HintStore.Contents found) {
    TreeSet<Letter> kept = new TreeSet<>();
    found
        .deadLetters()
        .forEach(each -> kept.add(new Letter(each.hint().target(), each.hint().key())));
    letters.forEach(
        (letter, partition) -> {
          HintStore.Owed owed = found.owed().get(letter.target);
          boolean hint = owed != null && owed.count() > 0;
          boolean marked = owed != null && owed.repairs().contains(partition);
          if (!kept.contains(letter) && !hint && !marked) {
            throw new PromiseBroken(
                NAME,
                "%s has lost the dead letter for %s of %s"
                    .formatted(node, letter.target, letter.key));
          }
        });
    letters.keySet().retainAll(kept); // who died before it was durable has the hint again
  }

  /** All has healed, and this is what it still owes. */
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
