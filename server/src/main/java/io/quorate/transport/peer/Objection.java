package io.quorate.transport.peer;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Why other members do not listen to this process, though it is of a member of their cluster. */
public enum Objection {
  /** A later process of the same node is connected to them. */
  LATER_START(Status.Code.ALREADY_EXISTS),

  /** They have heard a higher mark of the node's disk: it lacks what the node has confirmed. */
  SET_BACK(Status.Code.DATA_LOSS);

  private final Status.Code code;

  Objection(Status.Code code) {
    this.code = code;
  }

  /** The refusal of a stream. */
  Status refusal(String why) {
    return code.toStatus().withDescription(why);
  }

  /** What the end of a stream says; null if nothing of the kind. */
  static @Nullable Objection in(Status status) {
    for (Objection each : values()) {
      if (each.code == status.getCode()) {
        return each;
      }
    }
    return null;
  }
}
