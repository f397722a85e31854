package io.quorate.client;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a read has seen of the siblings of a key, or what a write leaves: given to a later put or
 * delete of the same key, it names the siblings that the new value takes the place of (Dynamo,
 * section 4.4). Its content is the cluster's business. It may be kept and passed on, as in a form
 * of a web page, by {@link #bytes} or as text by {@link #toString}; it has no time limit.
 *
 * <p>A context of one key says nothing of another one. A put with the context of another key is
 * refused, or its value stays beside all siblings; it never takes the place of a value that was not
 * seen.
 */
public final class Context {
  /** Of a key that has nothing: a put with it takes the place of no sibling. */
  public static final Context NONE = new Context(new byte[0]);

  private final byte[] bytes;

  private Context(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the context that these bytes are, as {@link #bytes} gave them. */
  public static Context of(byte[] bytes) {
    return bytes.length == 0 ? NONE : new Context(bytes.clone());
  }

  /**
   * Returns the context that a text stands for, as {@link #toString} wrote it.
   *
   * @throws IllegalArgumentException if it stands for no bytes. That it is a context of the key,
   *     the nodes find out
   */
  public static Context parse(String text) {
    try {
      return of(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          "this is no context: give one as a get or a put returned it, all of it, in base64url",
          malformed);
    }
  }

  /** Returns a copy of its bytes: tens of them, and a few more for each sibling. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Whether it names nothing: the key had nothing when it was read. */
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Context that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /**
   * Returns it as text of letters, digits, {@code -} and {@code _}: base64url without padding. An
   * empty context is an empty text.
   */
  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
