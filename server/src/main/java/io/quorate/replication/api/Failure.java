package io.quorate.replication.api;

import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.model.Quoted;
import java.util.List;

/**
 * Why an operation failed, and what that says about the data.
 *
 * @param message for people: what happened, to what, and what to do about it
 * @param mayHaveApplied whether a write may have taken effect, or may still take effect
 * @param retryAfterMillis how long to wait before a retry can help; 0 when not known
 * @param partition of the key; {@link #NO_PARTITION} where there is none
 * @param needed replicas that the level asked for
 * @param answered replicas that answered in time
 * @param decided whether the cluster has decided so about the request, by its id: it holds for all
 *     attempts at it, whatever became of the others
 * @param aboveHlc of {@link Reason#STAMP_TOO_LOW}: the hybrid time above which a stamp can succeed;
 *     of {@link Reason#UNAVAILABLE} and {@link Reason#INVALID}: the one that the request names and
 *     that is further ahead of this node's clock than clocks may be; of {@link Reason#NOT_SERVING}
 *     and {@link Reason#DEADLINE_EXCEEDED}: this node's clock, by which the request was too long on
 *     its way; 0: none is
 * @param fence of {@link Reason#FENCED}: the token that the key has seen; 0: none is known
 * @param field of {@link Reason#CONDITION_FAILED} of an update of fields: the one whose condition
 *     is not met; empty: there is none
 * @param code what exactly happened, where a program can do something about it
 * @param throttled whether the tenant had used up its quota, for what this node shows of itself: no
 *     other process is told it but by the message
 * @param tenantId of {@link Reason#STAMP_TOO_LOW} of an update that counted in a tenant which had
 *     the name before: the one that has it now; 0: that is not why
 */
public record Failure(
    Reason reason,
    String message,
    boolean mayHaveApplied,
    int retryAfterMillis,
    int partition,
    int needed,
    List<NodeId> answered,
    boolean decided,
    long aboveHlc,
    long fence,
    String field,
    Code code,
    boolean throttled,
    int tenantId) {

  private static final String ELLIPSIS = "...";

  /** What happened. */
  public enum Reason {
    /** The request can never succeed as it is: nothing was applied. */
    INVALID,
    /** The tenant does not exist: nothing was applied. */
    UNKNOWN_TENANT,
    /**
     * Too few replicas are live for the level, or this node's clock is behind what the request
     * names, or the tenant was truncated while the request waited: this attempt applied nothing
     * anywhere.
     */
    UNAVAILABLE,
    /** The level was not reached in time: a write may have been applied. */
    DEADLINE_EXCEEDED,
    /** A bound of this node was hit: nothing was applied. */
    OVERLOADED,
    /** This node cannot serve now (starting, stopping, disk trouble): nothing was applied. */
    NOT_SERVING,
    /** A fault inside the node: a write may have been applied. */
    INTERNAL,
    /** Replicas failed after the write was sent to them: it may have been applied. */
    OUTCOME_UNKNOWN,
    /**
     * The state of the cluster does not allow a change of it now: nothing was applied. No operation
     * on keys fails so.
     */
    FAILED_PRECONDITION,
    /**
     * The tenant's clients name their writes, and this one has no stamp, or one that is not above
     * what its key has: no attempt with this stamp was applied, nor will be. Or the writer of an
     * update was opened too early, or for a tenant that had the name before: nothing was applied.
     */
    STAMP_TOO_LOW,
    /**
     * The key would have more siblings, or more bytes of them, than it may: nothing was applied.
     */
    TOO_MANY_SIBLINGS,
    /**
     * The key would have more bytes, or more writers that are remembered, than it may: nothing was
     * applied.
     */
    KEY_TOO_LARGE,
    /**
     * The key does not have what the write asks for as a condition: no attempt at it was applied,
     * nor will be.
     */
    CONDITION_FAILED,
    /**
     * The token of the request is lower than one that the key has seen, or is that of no lock that
     * is held: no attempt at it was applied, nor will be.
     */
    FENCED,
    /** The caller's user is not granted it: nothing was applied. */
    PERMISSION_DENIED,
    /** The caller's login is refused, or is over: nothing was applied. */
    UNAUTHENTICATED
  }

  /** What exactly happened, where a program can do something about it. */
  public enum Code {
    /** What there is to know is in the reason and the message. */
    NONE,
    /** This node has not joined a cluster yet. */
    NOT_JOINED,
    /** A tenant has no history, so there is no cut of it as of a moment that has passed. */
    NO_HISTORY,
    /** The moment of a cut is before a history begins: a later one can succeed. */
    BEFORE_HISTORY,
    /** There is another cut that has not ended. */
    OTHER_CUT
  }

  /** The failure is of no partition, or of none that is known. */
  public static final int NO_PARTITION = -1;

  /**
   * Bytes of a message at most, as UTF-8. It travels in the trailers of a call, three times, of
   * which most clients take 8 KiB in all; more ends the connection with all calls that are on it.
   */
  public static final int MESSAGE_BYTES_MAX = 1024;

  public Failure {
    message = cut(message);
    answered = List.copyOf(answered);
  }

  /** Returns as much of a text as fits into {@link #MESSAGE_BYTES_MAX}. */
  public static String cut(String text) {
    // Three bytes for a character are the most that UTF-8 takes.
    if (text.length() <= MESSAGE_BYTES_MAX / 3) {
      return text;
    }
    int bytes = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes > MESSAGE_BYTES_MAX) {
        int end = i;
        while (end > 0 && i - end < ELLIPSIS.length()) {
          end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end) + ELLIPSIS;
      }
      i += Character.charCount(point);
    }
    return text;
  }

  /** Begins a failure that applied nothing, and of which no more is known than is given here. */
  public static Builder builder(Reason reason, String message) {
    return new Builder(reason, message);
  }

  /** Begins a failure that differs from this one in what is set. */
  public Builder toBuilder() {
    return builder(reason, message)
        .mayHaveApplied(mayHaveApplied)
        .retryAfterMillis(retryAfterMillis)
        .partition(partition)
        .needed(needed)
        .answered(answered)
        .decided(decided)
        .aboveHlc(aboveHlc)
        .fence(fence)
        .field(field)
        .code(code)
        .throttled(throttled)
        .tenantId(tenantId);
  }

  /** A refusal that applied nothing and names no partition. */
  public static Failure refused(Reason reason, String message) {
    return builder(reason, message).build();
  }

  /** Returns this with what exactly happened. */
  public Failure coded(Code exactly) {
    return toBuilder().code(exactly).build();
  }

  /** Returns this with another message. */
  public Failure saying(String otherMessage) {
    return toBuilder().message(otherMessage).build();
  }

  /** Returns this with the names of the nodes that its message tells of. */
  public Failure naming(NodeNames names) {
    String named = names.in(message);
    return named.equals(message) ? this : saying(named);
  }

  /** Returns this as what the cluster has decided. */
  public Failure asDecided() {
    return toBuilder().decided(true).build();
  }

  /** Returns this with more to say about what happened. */
  public Failure explained(String why) {
    return saying(message + ". " + why);
  }

  /** This node knows no tenant of that name. */
  public static Failure unknownTenant(String name) {
    return refused(
        Reason.UNKNOWN_TENANT,
        "there is no tenant "
            + Quoted.of(name)
            + ": create it with 'quorate tenant create', or name another");
  }

  /**
   * This node has not joined a cluster yet.
   *
   * @param more what it waits for, or what to do
   */
  public static Failure notJoined(String more) {
    return refused(Reason.NOT_SERVING, "this node has not joined a cluster yet: " + more)
        .coded(Code.NOT_JOINED);
  }

  /** A bound was hit; nothing was applied. */
  public static Failure overloaded(String message, int retryAfterMillis) {
    return builder(Reason.OVERLOADED, message).retryAfterMillis(retryAfterMillis).build();
  }

  /** A tenant had used up its quota; nothing was applied. */
  public static Failure throttled(String message, int retryAfterMillis) {
    return overloaded(message, retryAfterMillis).toBuilder().throttled(true).build();
  }

  /** As any node would write it: without {@link #throttled}, which only this one knows. */
  @Override
  public String toString() {
    return "Failure[reason=%s, message=%s, mayHaveApplied=%s, retryAfterMillis=%d, partition=%d,"
            .formatted(reason, message, mayHaveApplied, retryAfterMillis, partition)
        + " needed=%d, answered=%s, decided=%s, aboveHlc=%d, fence=%d, field=%s, code=%s%s]"
            .formatted(
                needed,
                answered,
                decided,
                aboveHlc,
                fence,
                field,
                code,
                tenantId == 0 ? "" : ", tenantId=" + tenantId);
  }

  /** The parts of a failure, by name; see those of {@link Failure} for what each says. */
  public static final class Builder {
    private Reason reason;
    private String message;
    private boolean mayHaveApplied;
    private int retryAfterMillis;
    private int partition = NO_PARTITION;
    private int needed;
    private List<NodeId> answered = List.of();
    private boolean decided;
    private long aboveHlc;
    private long fence;
    private String field = "";
    private Code code = Code.NONE;
    private boolean throttled;
    private int tenantId;

    private Builder(Reason reason, String message) {
      this.reason = reason;
      this.message = message;
    }

    /** What kind of failure it is. */
    public Builder reason(Reason reason) {
      this.reason = reason;
      return this;
    }

    /** What people read. */
    public Builder message(String message) {
      this.message = message;
      return this;
    }

    /** Whether a write may have taken effect, or may still take effect. Default: false. */
    public Builder mayHaveApplied(boolean mayHaveApplied) {
      this.mayHaveApplied = mayHaveApplied;
      return this;
    }

    /** How long to wait before a retry can help. Default: 0, not known. */
    public Builder retryAfterMillis(int retryAfterMillis) {
      this.retryAfterMillis = retryAfterMillis;
      return this;
    }

    /** The partition of the key. Default: {@link #NO_PARTITION}. */
    public Builder partition(int partition) {
      this.partition = partition;
      return this;
    }

    /** How many replicas the level asked for. Default: 0. */
    public Builder needed(int needed) {
      this.needed = needed;
      return this;
    }

    /** The replicas that answered in time. Default: none. */
    public Builder answered(List<NodeId> answered) {
      this.answered = answered;
      return this;
    }

    /** Whether the cluster has decided so about the request. Default: false. */
    public Builder decided(boolean decided) {
      this.decided = decided;
      return this;
    }

    /**
     * The hybrid time above which a stamp can succeed, or that is too far ahead, or by which the
     * request was too long on its way. Default: 0, none.
     */
    public Builder aboveHlc(long aboveHlc) {
      this.aboveHlc = aboveHlc;
      return this;
    }

    /** The token that the key has seen. Default: 0, none is known. */
    public Builder fence(long fence) {
      this.fence = fence;
      return this;
    }

    /** The field whose condition is not met. Default: empty, there is none. */
    public Builder field(String field) {
      this.field = field;
      return this;
    }

    /** What exactly happened. Default: {@link Code#NONE}. */
    public Builder code(Code code) {
      this.code = code;
      return this;
    }

    /** Whether the tenant had used up its quota. Default: false. */
    public Builder throttled(boolean throttled) {
      this.throttled = throttled;
      return this;
    }

    /** The tenant that has the name now. Default: 0, that is not why. */
    public Builder tenantId(int tenantId) {
      this.tenantId = tenantId;
      return this;
    }

    /** Returns the failure; a message that is too long is cut. */
    public Failure build() {
      return new Failure(
          reason,
          message,
          mayHaveApplied,
          retryAfterMillis,
          partition,
          needed,
          answered,
          decided,
          aboveHlc,
          fence,
          field,
          code,
          throttled,
          tenantId);
    }
  }
}
