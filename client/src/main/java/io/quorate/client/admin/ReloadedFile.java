package io.quorate.client.admin;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a node did with one file of its certificates when it was asked to read them again. */
public final class ReloadedFile {
  private final String setting;
  private final String path;
  private final Result result;
  private final @Nullable Instant ends;
  private final @Nullable String why;

  /** What a node did with a file. Files are taken together, or none of them is. */
  public enum Result {
    /** It says what the node has been using. */
    UNCHANGED,
    /** It says something else, which the node uses for connections that begin from now on. */
    TAKEN,
    /** It cannot be used. The node goes on with what it had. */
    REFUSED,
    /** Another file was refused. The node goes on with what it had. */
    HELD_BACK,
    /** The node said something that this client does not know. */
    UNKNOWN
  }

  private ReloadedFile(
      String setting, String path, Result result, @Nullable Instant ends, @Nullable String why) {
    this.setting = setting;
    this.path = path;
    this.result = result;
    this.ends = ends;
    this.why = why;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static ReloadedFile of(
      String setting, String path, Result result, @Nullable Instant ends, @Nullable String why) {
    return new ReloadedFile(setting, path, result, ends, why);
  }

  /** The setting that says where the file is, such as {@code tls.certificate}. */
  public String setting() {
    return setting;
  }

  /** Where the file is, as the node's configuration says. */
  public String path() {
    return path;
  }

  public Result result() {
    return result;
  }

  /**
   * Returns when what the node uses now ceases to be valid or, of lists of revoked certificates,
   * when the first is to be replaced; null if it has no end.
   */
  public @Nullable Instant ends() {
    return ends;
  }

  /** Why the file was refused, and what to do; null if it was not. */
  public @Nullable String why() {
    return why;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReloadedFile that
        && setting.equals(that.setting)
        && path.equals(that.path)
        && result == that.result
        && Objects.equals(ends, that.ends)
        && Objects.equals(why, that.why);
  }

  @Override
  public int hashCode() {
    return Objects.hash(setting, path, result, ends, why);
  }

  @Override
  public String toString() {
    return "ReloadedFile[setting="
        + setting
        + ", path="
        + path
        + ", result="
        + result
        + ", ends="
        + ends
        + ", why="
        + why
        + "]";
  }
}
