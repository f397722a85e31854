package io.quorate.client.recipe;

import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.WriteOptions;
import java.time.Duration;

/**
 * An item that one consumer has taken, and that no other one gets until its visibility time is
 * over. Safe for many threads at once.
 */
public interface WorkItem {
  /** As {@link WorkQueue#offer} returned it. */
  String id();

  /** What was offered. Not copied, so leave it as it is. */
  byte[] payload();

  /** How often it was taken, this time included. */
  int deliveries();

  /**
   * The fencing token of this delivery: a later one of the item has a higher one. Give it with what
   * is written for this item, and for no other ({@link WriteOptions#fencedBy}): a consumer that was
   * overtaken writes nothing more there.
   */
  long token();

  /** How long no other consumer gets it, by this process's clock; zero once it is given back. */
  Duration remaining();

  /**
   * Deletes the item, as its work is done; under the token, so that of all deliveries of an item
   * one at most is done.
   *
   * @return whether this delivery has done it; false if a later one has begun, or has done it. True
   *     as well after the visibility time, if no other consumer has got the item since. After an
   *     {@link OutcomeUnknownException} it may be called again; false may then mean, too, that the
   *     first call has deleted it, and another consumer has looked for it since
   * @throws OutcomeUnknownException it may be deleted
   * @throws IllegalStateException it was given back
   */
  boolean done();

  /**
   * Takes the whole visibility time again, from now on.
   *
   * @return false if the time was over: another consumer may have the item
   * @throws OutcomeUnknownException the time may have been taken; {@link #remaining} does not count
   *     it
   */
  boolean extend();

  /**
   * Lets other consumers take it at once. The delivery is counted.
   *
   * @return whether the item was still out of the others' sight
   * @throws OutcomeUnknownException others may see it when the visibility time is over only
   */
  boolean giveBack();
}
