package io.quorate.storage.crypt;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Tenants of which keys were forgotten on purpose. They were dropped or truncated, and their ids
 * follow each other as those of all tenants do, so that they are kept as ranges: {@code 3-17,20}.
 */
final class ForgottenTenants {
  static final ForgottenTenants NONE = new ForgottenTenants(new BitSet());

  /** Not changed once it is here. */
  private final BitSet tenants;

  private ForgottenTenants(BitSet tenants) {
    this.tenants = tenants;
  }

  /**
   * @throws IllegalArgumentException if that is not what {@link #toString} makes
   */
  static ForgottenTenants parse(String ranges) {
    BitSet tenants = new BitSet();
    for (String range : ranges.split(",", -1)) {
      String[] ends = range.split("-", 2);
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      if (first < 0 || last < first || last == Integer.MAX_VALUE) {
        throw new IllegalArgumentException("no range of tenants: " + range);
      }
      tenants.set(first, last + 1);
    }
    return new ForgottenTenants(tenants);
  }

  ForgottenTenants with(IntStream more) {
    BitSet next = (BitSet) tenants.clone();
    more.forEach(next::set);
    return new ForgottenTenants(next);
  }

  ForgottenTenants with(ForgottenTenants more) {
    return with(more.tenants.stream());
  }

  boolean isEmpty() {
    return tenants.isEmpty();
  }

  boolean contains(int tenant) {
    return tenant >= 0 && tenants.get(tenant);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int first = tenants.nextSetBit(0); first >= 0; ) {
      int past = tenants.nextClearBit(first);
      text.append(text.isEmpty() ? "" : ",").append(first);
      if (past > first + 1) {
        text.append('-').append(past - 1);
      }
      first = tenants.nextSetBit(past);
    }
    return text.toString();
  }
}
