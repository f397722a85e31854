package io.quorate.client.recipe;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a barrier is, and when a party that has failed is given up. Immutable. */
public final class BarrierOptions {
  /** The client's tenant; a party without a name; 10 s. */
  public static final BarrierOptions DEFAULT =
      new BarrierOptions(null, "party", Duration.ofSeconds(10));

  private final @Nullable String tenant;
  private final String party;
  private final Duration ttl;

  private BarrierOptions(@Nullable String tenant, String party, Duration ttl) {
    this.tenant = tenant;
    this.party = party;
    this.ttl = ttl;
  }

  /** Where the rounds are; null: in the client's tenant. */
  public @Nullable String tenant() {
    return tenant;
  }

  /** What the party calls itself. */
  public String party() {
    return party;
  }

  /** After how long a party that has failed is given up. */
  public Duration ttl() {
    return ttl;
  }

  /** Must have model LINEARIZABLE. */
  public BarrierOptions tenant(String tenant) {
    return new BarrierOptions(Objects.requireNonNull(tenant, "tenant"), party, ttl);
  }

  /** Calls the party so, such as its host or address, 1 to 200 bytes of UTF-8. */
  public BarrierOptions party(String party) {
    return new BarrierOptions(tenant, Ids.check("party", party), ttl);
  }

  /**
   * @param ttl 100 ms to 10 minutes, long beside pauses of the process and elections of the cluster
   */
  public BarrierOptions ttl(Duration ttl) {
    return new BarrierOptions(tenant, party, Objects.requireNonNull(ttl, "ttl"));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BarrierOptions that
        && Objects.equals(tenant, that.tenant)
        && party.equals(that.party)
        && ttl.equals(that.ttl);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, party, ttl);
  }

  @Override
  public String toString() {
    return "BarrierOptions[tenant=" + tenant + ", party=" + party + ", ttl=" + ttl + "]";
  }
}
