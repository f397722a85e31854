package io.quorate.packages;

/** What a package puts at one path of a machine; all of it belongs to root. */
sealed interface Item {
  /** Absolute path on the machine. */
  String path();

  /** A directory that stands in the package by itself; those above files are made without it. */
  record Directory(String path) implements Item {}

  /** A symbolic link. */
  record Link(String path, String target) implements Item {}

  /**
   * A file.
   *
   * @param mode permissions
   * @param keep whether it is for the operator to change: an upgrade leaves what was changed
   */
  record Plain(String path, byte[] content, int mode, boolean keep) implements Item {}
}
