package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is answered to a {@link LockRequest}. */
public sealed interface LockAnswer {
  /**
   * The owner holds the lock. Its time counts from when it asked; one that waited renews before it
   * relies on the lock.
   */
  record Granted(long token, long ttlMillis) implements LockAnswer {}

  /**
   * The request stands in line, or waits for a change; its node asks again now and then, so that it
   * is not dropped.
   */
  record Queued() implements LockAnswer {}

  /** Another owner holds the lock. */
  record IsHeld(String owner, long token) implements LockAnswer {}

  /** The time to wait is over: the lock was not free, or holders did not change. */
  record TimedOut() implements LockAnswer {}

  /** What the owner holds, each for its time from when it asked. */
  record Renewed(List<Held> held) implements LockAnswer {
    public Renewed {
      held = List.copyOf(held);
    }
  }

  /** The lock is not held under that token, or no more; whether it was until now. */
  record Released(boolean wasHeld) implements LockAnswer {}

  /**
   * Who holds a lock.
   *
   * @param holders in the order in which they got it; none if it is free
   * @param waiting owners in line, the next one first
   * @param changed log index of the last change of who holds it; 0 if it is free
   */
  record Shown(List<Held> holders, List<String> waiting, long changed) implements LockAnswer {
    public Shown {
      holders = List.copyOf(holders);
      waiting = List.copyOf(waiting);
    }
  }

  /** Locks that are held, once for each holder; whether there are more. */
  record Listed(List<Held> held, boolean more) implements LockAnswer {
    public Listed {
      held = List.copyOf(held);
    }
  }

  /** Whether a lock is held exclusively under the token. */
  record Verified(@Nullable HeldBy by) implements LockAnswer {}

  /** Nothing was done, and why. */
  record Refused(Kind kind, String why) implements LockAnswer {}

  /** Nothing is known of what was done: it may have been, or may yet be. */
  record Unknown(String why) implements LockAnswer {}

  /** Not from a leader; who leads, if that is known. */
  record Elsewhere(@Nullable NodeId leader) implements LockAnswer {}

  /**
   * A lock that an owner holds.
   *
   * @param waiting how many owners stand in line
   * @param leftMillis how long it is held without another renewal, as its leader counts
   */
  record Held(
      String name,
      String owner,
      LockMode mode,
      long token,
      long ttlMillis,
      int waiting,
      long leftMillis) {}

  /** Why nothing was done. */
  enum Kind {
    INVALID(1),
    /** As many as there can be. */
    TOO_MANY(2),
    /** The cluster cannot have locks, for now. */
    NOT_READY(3),
    /** No leader could be reached. */
    UNAVAILABLE(4),
    /** The owner holds the lock in another way. */
    HELD_OTHERWISE(5);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    private static Kind read(ByteReader in) {
      int number = in.readByte();
      for (Kind kind : values()) {
        if (kind.number == number) {
          return kind;
        }
      }
      throw in.malformed("a refusal of an unknown kind");
    }
  }

  int GRANTED = 1;
  int IS_HELD = 2;
  int TIMED_OUT = 3;
  int RENEWED = 4;
  int RELEASED = 5;
  int SHOWN = 6;
  int LISTED = 7;
  int REFUSED = 8;
  int UNKNOWN = 9;
  int ELSEWHERE = 10;
  int QUEUED = 11;
  int VERIFIED = 12;

  /** Kind (1 byte), then its parts in their order. */
  default void writeTo(ByteWriter out) {
    switch (this) {
      case Granted granted -> {
        out.writeByte(GRANTED);
        out.writeVarint(granted.token());
        out.writeVarint(granted.ttlMillis());
      }
      case IsHeld held -> {
        out.writeByte(IS_HELD);
        out.writeString(held.owner());
        out.writeVarint(held.token());
      }
      case TimedOut late -> out.writeByte(TIMED_OUT);
      case Queued queued -> out.writeByte(QUEUED);
      case Renewed renewed -> {
        out.writeByte(RENEWED);
        write(out, renewed.held());
      }
      case Released released -> {
        out.writeByte(RELEASED);
        out.writeFlag(released.wasHeld());
      }
      case Shown shown -> {
        out.writeByte(SHOWN);
        write(out, shown.holders());
        out.writeVarint(shown.waiting().size());
        shown.waiting().forEach(out::writeString);
        out.writeVarint(shown.changed());
      }
      case Listed listed -> {
        out.writeByte(LISTED);
        write(out, listed.held());
        out.writeFlag(listed.more());
      }
      case Verified verified -> {
        out.writeByte(VERIFIED);
        HeldBy by = verified.by();
        out.writeFlag(by != null);
        if (by != null) {
          out.writeString(by.lock());
          out.writeString(by.owner());
        }
      }
      case Refused refused -> {
        out.writeByte(REFUSED);
        out.writeByte(refused.kind().number);
        out.writeString(refused.why());
      }
      case Unknown unknown -> {
        out.writeByte(UNKNOWN);
        out.writeString(unknown.why());
      }
      case Elsewhere elsewhere -> {
        out.writeByte(ELSEWHERE);
        out.writeFixed64(elsewhere.leader() == null ? 0 : elsewhere.leader().value());
      }
    }
  }

  private static void write(ByteWriter out, List<Held> all) {
    out.writeVarint(all.size());
    for (Held held : all) {
      out.writeString(held.name());
      out.writeString(held.owner());
      held.mode().writeTo(out);
      out.writeVarint(held.token());
      out.writeVarint(held.ttlMillis());
      out.writeInt(held.waiting());
      out.writeVarint(held.leftMillis());
    }
  }

  private static List<Held> readHeld(ByteReader in) {
    List<Held> all = new ArrayList<>();
    for (int left = in.readCount(7); left > 0; left--) {
      all.add(
          new Held(
              in.readString(),
              in.readString(),
              LockMode.read(in),
              in.readNumber(),
              in.readNumber(),
              in.readInt(Integer.MAX_VALUE),
              in.readNumber()));
    }
    return all;
  }

  static LockAnswer read(ByteReader in) {
    return switch (in.readByte()) {
      case GRANTED -> new Granted(in.readNumber(), in.readNumber());
      case IS_HELD -> new IsHeld(in.readString(), in.readNumber());
      case TIMED_OUT -> new TimedOut();
      case QUEUED -> new Queued();
      case RENEWED -> new Renewed(readHeld(in));
      case RELEASED -> new Released(in.readFlag());
      case SHOWN -> {
        List<Held> held = readHeld(in);
        List<String> waiting = new ArrayList<>();
        for (int left = in.readCount(); left > 0; left--) {
          waiting.add(in.readString());
        }
        yield new Shown(held, waiting, in.readNumber());
      }
      case LISTED -> new Listed(readHeld(in), in.readFlag());
      case VERIFIED ->
          new Verified(in.readFlag() ? new HeldBy(in.readString(), in.readString()) : null);
      case REFUSED -> new Refused(Kind.read(in), in.readString());
      case UNKNOWN -> new Unknown(in.readString());
      case ELSEWHERE -> {
        long leader = in.readFixed64();
        yield new Elsewhere(leader == 0 ? null : new NodeId(leader));
      }
      default -> throw in.malformed("an answer about locks of an unknown kind");
    };
  }
}
