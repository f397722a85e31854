package io.quorate.client.admin;

import io.quorate.client.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A moment over all partitions of some tenants, of which a backup can be read. */
public final class BackupCut {
  /** Of a hybrid time, the bits below its milliseconds. */
  private static final int COUNTER_BITS = 16;

  private static final long COUNTER_MAX = (1L << COUNTER_BITS) - 1;

  private final long id;
  private final Step step;
  private final long hlc;
  private final String reason;
  private final List<String> tenants;
  private final @Nullable Duration unheard;
  private final Duration unheardMax;
  private final FailureCode code;

  /** How far a cut has come. */
  public enum Step {
    /** It is being made. */
    BEGUN,
    /** It can be read. */
    SEALED,
    /** It cannot be read, or not any more. */
    ENDED
  }

  private BackupCut(
      long id,
      Step step,
      long hlc,
      String reason,
      List<String> tenants,
      @Nullable Duration unheard,
      Duration unheardMax,
      FailureCode code) {
    this.id = id;
    this.step = step;
    this.hlc = hlc;
    this.reason = reason;
    this.tenants = List.copyOf(tenants);
    this.unheard = unheard;
    this.unheardMax = unheardMax;
    this.code = code;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static BackupCut of(long id, Step step, long hlc, String reason, List<String> tenants) {
    return new BackupCut(id, step, hlc, reason, tenants, null, Duration.ZERO, FailureCode.NONE);
  }

  /** Returns this cut with these parts, too; each is what the method of its name tells. */
  public BackupCut heard(@Nullable Duration ago, Duration max) {
    return new BackupCut(id, step, hlc, reason, tenants, ago, max, code);
  }

  /** Returns this cut with what exactly it ended for. */
  public BackupCut coded(FailureCode exactly) {
    return new BackupCut(id, step, hlc, reason, tenants, unheard, unheardMax, exactly);
  }

  /** Its number, above 0; 0 if there never was a cut. */
  public long id() {
    return id;
  }

  /** How far it has come. */
  public Step step() {
    return step;
  }

  /**
   * The moment, as a hybrid time: milliseconds since 1970 times 65,536, and a counter. What was
   * written with a version up to it is in the cut. It may become a later one until {@link
   * Step#SEALED}.
   */
  public long hlc() {
    return hlc;
  }

  /** The moment, to a millisecond. */
  public Instant asOf() {
    return Instant.ofEpochMilli(hlc >>> COUNTER_BITS);
  }

  /**
   * Returns the hybrid time of a cut as of a moment that has passed: the last one of its
   * millisecond. A moment that the cluster chooses is an earlier one of its millisecond.
   */
  public static long hlcAsOf(Instant moment) {
    return moment.toEpochMilli() << COUNTER_BITS | COUNTER_MAX;
  }

  /** Why it ended before it was sealed; empty if it did not. */
  public String reason() {
    return reason;
  }

  /**
   * What exactly the {@link #reason} is: {@link FailureCode#BEFORE_HISTORY} if another cut as of
   * the same moment would end likewise, else {@link FailureCode#NONE}.
   */
  public FailureCode code() {
    return code;
  }

  /** Names of the tenants that it is of, as far as these are still there. */
  public List<String> tenants() {
    return tenants;
  }

  /**
   * For how long the node that answered has heard of no caller that reads the cut, or {@linkplain
   * Backups#keepCut keeps} it. Null unless it is {@link Step#SEALED}, and if the node never has.
   */
  public @Nullable Duration unheard() {
    return unheard;
  }

  /** After how long without such a caller, at all nodes, a cut that is sealed ends by itself. */
  public Duration unheardMax() {
    return unheardMax;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BackupCut that
        && id == that.id
        && step == that.step
        && hlc == that.hlc
        && reason.equals(that.reason)
        && tenants.equals(that.tenants)
        && Objects.equals(unheard, that.unheard)
        && unheardMax.equals(that.unheardMax)
        && code == that.code;
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, step, hlc, reason, tenants);
  }

  @Override
  public String toString() {
    return "BackupCut{%d, %s, as of %s%s}"
        .formatted(id, step, asOf(), reason.isEmpty() ? "" : ", " + reason);
  }
}
