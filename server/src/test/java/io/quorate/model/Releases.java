package io.quorate.model;

/** Releases for tests. */
public final class Releases {
  /** The release before this code: it works at the first cluster version, and reads no other. */
  public static final Release BEFORE = new Release("0.1.0", 1, 1);

  /** One that works at each version that this code can work at. */
  public static final Release THIS = Release.named("0.2.0");

  /** The one after it, which works at the newest version of {@link #THIS} and at one more. */
  public static final Release NEXT =
      new Release("0.3.0", Release.NEWEST_VERSION, Release.NEWEST_VERSION + 1);

  private Releases() {}
}
