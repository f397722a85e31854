package io.quorate.cut;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.Tally;

/** What became of a cut, as the node sees it that drives it. */
public enum CutEvent implements Event {
  /** This node leads, and there is a cut that is being made. */
  TAKEN_UP,
  /** The clock of some node was past its time, so that it has a later one. */
  ARMED_AGAIN,
  /** Replicas fix their images. */
  CLOSED,
  /** It is known which images count. */
  SEALED,
  /** It was sealed, and its images are gone. */
  ENDED,
  /** It ended before it was sealed. */
  VOID;

  public static final Counter STEPS =
      Counter.of(
              "quorate.cut.steps",
              "Steps of cuts, of which exact backups are taken, counted by the node that leads the"
                  + " metadata group")
          .by("step", (Object[]) values());

  @Override
  public void count(Tally tally) {
    tally.add(STEPS, 1, this);
  }
}
