package io.quorate.client.recipe;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a queue is, and how it hands out items. All of its consumers use the same. Immutable. */
public final class WorkQueueOptions {
  /** The client's tenant; a consumer without a name; 5 deliveries; one of the first 64 items. */
  public static final WorkQueueOptions DEFAULT = new WorkQueueOptions(null, "consumer", 5, 64);

  private final @Nullable String tenant;
  private final String consumer;
  private final int deliveriesMax;
  private final int among;

  private WorkQueueOptions(@Nullable String tenant, String consumer, int deliveriesMax, int among) {
    this.tenant = tenant;
    this.consumer = consumer;
    this.deliveriesMax = deliveriesMax;
    this.among = among;
  }

  /** Where the items are; null: in the client's tenant. */
  public @Nullable String tenant() {
    return tenant;
  }

  /** What the consumer calls itself. */
  public String consumer() {
    return consumer;
  }

  /** After how many deliveries an item is put aside; 0: never. */
  public int deliveriesMax() {
    return deliveriesMax;
  }

  /** Among how many of the oldest items a consumer takes one by chance. */
  public int among() {
    return among;
  }

  /** Must have model LINEARIZABLE. */
  public WorkQueueOptions tenant(String tenant) {
    return new WorkQueueOptions(
        Objects.requireNonNull(tenant, "tenant"), consumer, deliveriesMax, among);
  }

  /**
   * Calls the consumer so, such as its host or address, 1 to 200 bytes of UTF-8: who lists locks
   * sees it. Need not be unique.
   */
  public WorkQueueOptions consumer(String consumer) {
    return new WorkQueueOptions(tenant, Ids.check("consumer", consumer), deliveriesMax, among);
  }

  /**
   * @param deliveries after which an item that is not done is put aside, so that one that no
   *     consumer can do does not keep them busy for ever; 0: it is handed out again and again
   */
  public WorkQueueOptions deliveriesMax(int deliveries) {
    if (deliveries < 0) {
      throw new IllegalArgumentException(deliveries + " deliveries at most");
    }
    return new WorkQueueOptions(tenant, consumer, deliveries, among);
  }

  /**
   * @param items 1: the oldest item is taken, also from a long queue, and consumers get in each
   *     other's way. With more, they rarely do, and items come less in order. At least some for
   *     each consumer
   */
  public WorkQueueOptions among(int items) {
    if (items < 1) {
      throw new IllegalArgumentException("one among " + items + " items");
    }
    return new WorkQueueOptions(tenant, consumer, deliveriesMax, items);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WorkQueueOptions that
        && Objects.equals(tenant, that.tenant)
        && consumer.equals(that.consumer)
        && deliveriesMax == that.deliveriesMax
        && among == that.among;
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, consumer, deliveriesMax, among);
  }

  @Override
  public String toString() {
    return "WorkQueueOptions[tenant="
        + tenant
        + ", consumer="
        + consumer
        + ", deliveriesMax="
        + deliveriesMax
        + ", among="
        + among
        + "]";
  }
}
