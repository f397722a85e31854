package io.quorate.model;

/**
 * Identity of a cluster, generated once when it forms; every message between nodes belongs to one.
 */
public record ClusterId(long value) {

  /** 16 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format("%016x", value);
  }
}
