package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.ByteFormat;
import java.util.ArrayList;
import java.util.List;

/** What an entry of the log of locks says. */
sealed interface LockCommand {
  /**
   * An owner wants a lock. One that holds it already holds it further, under the same token.
   *
   * @param waits whether it stands in line if it cannot have it at once
   */
  record Acquire(
      String name, String owner, long ttlMillis, LockMode mode, boolean waits, Asker asker)
      implements LockCommand {}

  /** An owner gives up what it holds under a token. */
  record Release(String name, String owner, long token, Asker asker) implements LockCommand {}

  /** A request to acquire was given up: it waits no more, and what it got is free. */
  record Withdraw(String name, String owner, Asker asker) implements LockCommand {}

  /** Holders were not heard of for as long as they may. */
  record Expire(List<Lapse> lapses) implements LockCommand {
    public Expire {
      lapses = List.copyOf(lapses);
    }
  }

  /**
   * One of them.
   *
   * @param since as of {@link Hold#since}
   */
  record Lapse(String name, long token, long since) {}

  int ACQUIRE = 1;
  int RELEASE = 2;
  int WITHDRAW = 3;
  int EXPIRE = 4;

  /** Format (1 byte), kind (1 byte), then its parts in their order. */
  default byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.writeByte(ByteFormat.LOCK_COMMAND.only());
    switch (this) {
      case Acquire acquire -> {
        out.writeByte(ACQUIRE);
        out.writeString(acquire.name());
        out.writeString(acquire.owner());
        out.writeVarint(acquire.ttlMillis());
        acquire.mode().writeTo(out);
        out.writeFlag(acquire.waits());
        acquire.asker().writeTo(out);
      }
      case Release release -> {
        out.writeByte(RELEASE);
        out.writeString(release.name());
        out.writeString(release.owner());
        out.writeVarint(release.token());
        release.asker().writeTo(out);
      }
      case Withdraw withdraw -> {
        out.writeByte(WITHDRAW);
        out.writeString(withdraw.name());
        out.writeString(withdraw.owner());
        withdraw.asker().writeTo(out);
      }
      case Expire expire -> {
        out.writeByte(EXPIRE);
        out.writeVarint(expire.lapses().size());
        for (Lapse lapse : expire.lapses()) {
          out.writeString(lapse.name());
          out.writeVarint(lapse.token());
          out.writeVarint(lapse.since());
        }
      }
    }
    return out.toBytes();
  }

  /**
   * @throws MalformedBytesException if it is not what {@link #encode} writes
   */
  static LockCommand decode(byte[] bytes) {
    ByteReader in = new ByteReader("a command about locks", bytes);
    in.readFormat(ByteFormat.LOCK_COMMAND, io.quorate.model.Release.NEWEST_VERSION);
    LockCommand command =
        switch (in.readByte()) {
          case ACQUIRE ->
              new Acquire(
                  in.readString(),
                  in.readString(),
                  in.readNumber(),
                  LockMode.read(in),
                  in.readFlag(),
                  Asker.read(in));
          case RELEASE ->
              new Release(in.readString(), in.readString(), in.readNumber(), Asker.read(in));
          case WITHDRAW -> new Withdraw(in.readString(), in.readString(), Asker.read(in));
          case EXPIRE -> new Expire(lapses(in));
          default -> throw in.malformed("its kind is unknown");
        };
    in.expectEnd();
    return command;
  }

  private static List<Lapse> lapses(ByteReader in) {
    List<Lapse> lapses = new ArrayList<>();
    for (int left = in.readCount(3); left > 0; left--) {
      lapses.add(new Lapse(in.readString(), in.readNumber(), in.readNumber()));
    }
    return lapses;
  }
}
