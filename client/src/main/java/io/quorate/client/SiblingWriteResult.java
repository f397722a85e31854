package io.quorate.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A put or delete in a tenant with model SIBLINGS that is on stable storage of a quorum of
 * replicas.
 */
public final class SiblingWriteResult {
  private final Version version;
  private final Context context;
  private final ResultInfo info;

  private SiblingWriteResult(Version version, Context context, ResultInfo info) {
    this.version = version;
    this.context = context;
    this.info = info;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static SiblingWriteResult of(Version version, Context context, ResultInfo info) {
    return new SiblingWriteResult(version, context, info);
  }

  /** The version written. */
  public Version version() {
    return version;
  }

  /**
   * For a further write of the same writer: it takes the place of the value written here, and of
   * what this write took the place of. Siblings that others have put stay.
   */
  public Context context() {
    return context;
  }

  /** How it came about. */
  public ResultInfo info() {
    return info;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SiblingWriteResult that
        && version.equals(that.version)
        && context.equals(that.context)
        && info.equals(that.info);
  }

  @Override
  public int hashCode() {
    return Objects.hash(version, context, info);
  }

  @Override
  public String toString() {
    return "SiblingWriteResult[version="
        + version
        + ", context="
        + context
        + ", info="
        + info
        + "]";
  }
}
