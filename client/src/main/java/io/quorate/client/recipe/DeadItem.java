package io.quorate.client.recipe;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An item that was put aside, as it was delivered too often and not done. */
public final class DeadItem {
  private final String id;
  private final byte[] payload;
  private final int deliveries;

  private DeadItem(String id, byte[] payload, int deliveries) {
    this.id = id;
    this.payload = payload;
    this.deliveries = deliveries;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static DeadItem of(String id, byte[] payload, int deliveries) {
    return new DeadItem(id, payload, deliveries);
  }

  /** As {@link WorkQueue#offer} returned it. */
  public String id() {
    return id;
  }

  /** What was offered. Not copied, so leave it as it is. */
  public byte[] payload() {
    return payload;
  }

  /** How often it was taken. */
  public int deliveries() {
    return deliveries;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DeadItem that
        && id.equals(that.id)
        && Arrays.equals(payload, that.payload)
        && deliveries == that.deliveries;
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, Arrays.hashCode(payload), deliveries);
  }

  @Override
  public String toString() {
    return "DeadItem[id="
        + id
        + ", payload="
        + payload.length
        + " bytes, deliveries="
        + deliveries
        + "]";
  }
}
