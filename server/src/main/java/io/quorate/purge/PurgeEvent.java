package io.quorate.purge;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.Tally;

/** What happened to the round of one partition, as its driver sees it. */
public enum PurgeEvent implements Event {
  /** A round was asked for. */
  OPENED,
  /** All replicas reported the same, and it was asked to confirm the round. */
  CONFIRMED,
  /** All replicas have reported, and not the same: they go on comparing. */
  UNEQUAL,
  /** Reports that had not been the same came to be. */
  EQUAL_AFTER_ALL,
  /** It was looked at once more under a new epoch, for the factor asks for that. */
  LOOKED_AT_AGAIN,
  /** It took too long, and was begun again. */
  ABANDONED;

  public static final Counter ROUNDS =
      Counter.of(
              "quorate.purge.rounds",
              "Steps of purge rounds of partitions, counted by the node that leads the metadata"
                  + " group")
          .by("step", (Object[]) values());

  @Override
  public void count(Tally tally) {
    tally.add(ROUNDS, 1, this);
  }
}
