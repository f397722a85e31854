package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A value in a set or a register, as a read returned it. */
public final class Element {
  private final byte[] value;
  private final Context context;

  private Element(byte[] value, Context context) {
    this.value = value;
    this.context = context;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static Element of(byte[] value, Context context) {
    return new Element(value, context);
  }

  /** Returns one of a text that is in UTF-8, without a context, as for a test. */
  public static Element of(String text) {
    return new Element(text.getBytes(StandardCharsets.UTF_8), Context.NONE);
  }

  /** The value; may be empty. Not copied, so leave it as it is. */
  public byte[] value() {
    return value;
  }

  /** The value as UTF-8. */
  public String text() {
    return new String(value, StandardCharsets.UTF_8);
  }

  /**
   * Names the additions of the value that the read has returned, for a change that removes it or
   * takes its place; empty for the value of a register that keeps one.
   */
  public Context context() {
    return context;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Element that
        && Arrays.equals(value, that.value)
        && context.equals(that.context);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return value.length + " bytes";
  }
}
