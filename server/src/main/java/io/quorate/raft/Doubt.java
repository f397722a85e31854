package io.quorate.raft;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.raft.RaftEvent.WhyNotBelieved;

/** Why one message is not believed, and what is wrong with it in one line. */
record Doubt(WhyNotBelieved why, String detail) {
  @FormatMethod
  static Doubt of(WhyNotBelieved why, String format, Object... args) {
    return new Doubt(why, String.format(format, args));
  }
}
