package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.DurationText;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** What may be asked about locks. */
public sealed interface LockRequest {
  /**
   * An owner wants a lock.
   *
   * @param ttlMillis how long it holds it without a renewal
   * @param waitMillis how long it waits for its turn if it cannot have it at once; 0: not at all
   */
  record Acquire(String name, String owner, long ttlMillis, long waitMillis, LockMode mode)
      implements LockRequest {
    /** That wants it alone. */
    public Acquire(String name, String owner, long ttlMillis, long waitMillis) {
      this(name, owner, ttlMillis, waitMillis, LockMode.EXCLUSIVE);
    }
  }

  /** Owners are alive: they hold all that they hold for another while. */
  record Renew(java.util.List<String> owners) implements LockRequest {
    public Renew {
      owners = java.util.List.copyOf(owners);
    }

    public Renew(String owner) {
      this(java.util.List.of(owner));
    }
  }

  /** An owner gives up what it holds under a token. */
  record Release(String name, String owner, long token) implements LockRequest {}

  /**
   * Who holds a lock, and who waits for it.
   *
   * @param waitMillis how long the answer waits until who holds it is not what was seen; 0: it does
   *     not wait
   * @param seen what was seen: {@link LockAnswer.Shown#changed}
   */
  record Show(String name, long waitMillis, long seen) implements LockRequest {
    public Show(String name) {
      this(name, 0, 0);
    }
  }

  /**
   * The locks that are held.
   *
   * @param after none up to this name; empty: from the first one on
   */
  record List(String prefix, String after, int limit) implements LockRequest {}

  /** Whether any lock is held exclusively under a token. */
  record Verify(long token) implements LockRequest {}

  int ACQUIRE = 1;
  int RENEW = 2;
  int RELEASE = 3;
  int SHOW = 4;
  int LIST = 5;
  int VERIFY = 6;

  /** Returns what is wrong with it whatever locks there are; null if nothing is. */
  default @Nullable String refusal() {
    return switch (this) {
      case Acquire acquire -> {
        String names = refusalOf(acquire.name(), acquire.owner());
        String ttl = names == null ? LockLimits.refusalOfTtl(acquire.ttlMillis()) : names;
        String mode = ttl == null ? acquire.mode().refusal() : ttl;
        yield mode == null && acquire.waitMillis() < 0
            ? "a wait of %s".formatted(DurationText.ofMillis(acquire.waitMillis()))
            : mode;
      }
      case Renew renew -> refusalOf(renew.owners());
      case Release release -> {
        String names = refusalOf(release.name(), release.owner());
        yield names == null && release.token() < 1
            ? "token %d: give the one that the lock was granted under".formatted(release.token())
            : names;
      }
      case Show show -> {
        String name = LockLimits.refusalOfName("lock", show.name());
        yield name == null
                && (show.waitMillis() < 0 || show.waitMillis() > LockLimits.WATCH_MILLIS_MAX)
            ? "a wait of %s for a change of a lock: give at most %s"
                .formatted(
                    DurationText.ofMillis(show.waitMillis()),
                    DurationText.ofMillis(LockLimits.WATCH_MILLIS_MAX))
            : name;
      }
      case List list ->
          list.limit() < 0 || list.limit() > LockLimits.LISTED_MAX
              ? "a list of %d locks: give 1 to %d, or 0 for %d"
                  .formatted(list.limit(), LockLimits.LISTED_MAX, LockLimits.LISTED_MAX)
              : null;
      case Verify verify ->
          verify.token() < 1 ? "token %d: no lock has one below 1".formatted(verify.token()) : null;
    };
  }

  private static @Nullable String refusalOf(String name, String owner) {
    String refusal = LockLimits.refusalOfName("lock", name);
    return refusal == null ? LockLimits.refusalOfName("owner", owner) : refusal;
  }

  private static @Nullable String refusalOf(java.util.List<String> owners) {
    if (owners.isEmpty() || owners.size() > LockLimits.RENEWED_OWNERS_MAX) {
      return "a renewal for %d owners: give 1 to %d"
          .formatted(owners.size(), LockLimits.RENEWED_OWNERS_MAX);
    }
    for (String owner : owners) {
      String refusal = LockLimits.refusalOfName("owner", owner);
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }

  /** Kind (1 byte), then its parts in their order. */
  default void writeTo(ByteWriter out) {
    switch (this) {
      case Acquire acquire -> {
        out.writeByte(ACQUIRE);
        out.writeString(acquire.name());
        out.writeString(acquire.owner());
        out.writeVarint(acquire.ttlMillis());
        out.writeVarint(acquire.waitMillis());
        acquire.mode().writeTo(out);
      }
      case Renew renew -> {
        out.writeByte(RENEW);
        out.writeVarint(renew.owners().size());
        renew.owners().forEach(out::writeString);
      }
      case Release release -> {
        out.writeByte(RELEASE);
        out.writeString(release.name());
        out.writeString(release.owner());
        out.writeVarint(release.token());
      }
      case Show show -> {
        out.writeByte(SHOW);
        out.writeString(show.name());
        out.writeVarint(show.waitMillis());
        out.writeVarint(show.seen());
      }
      case List list -> {
        out.writeByte(LIST);
        out.writeString(list.prefix());
        out.writeString(list.after());
        out.writeInt(list.limit());
      }
      case Verify verify -> {
        out.writeByte(VERIFY);
        out.writeVarint(verify.token());
      }
    }
  }

  static LockRequest read(ByteReader in) {
    return switch (in.readByte()) {
      case ACQUIRE ->
          new Acquire(
              in.readString(),
              in.readString(),
              in.readNumber(),
              in.readNumber(),
              LockMode.read(in));
      case RENEW -> {
        java.util.List<String> owners = new ArrayList<>();
        for (int left = in.readCount(); left > 0; left--) {
          owners.add(in.readString());
        }
        yield new Renew(owners);
      }
      case RELEASE -> new Release(in.readString(), in.readString(), in.readNumber());
      case SHOW -> new Show(in.readString(), in.readNumber(), in.readNumber());
      case LIST -> new List(in.readString(), in.readString(), in.readInt(Integer.MAX_VALUE));
      case VERIFY -> new Verify(in.readNumber());
      default -> throw in.malformed("a request about locks of an unknown kind");
    };
  }
}
