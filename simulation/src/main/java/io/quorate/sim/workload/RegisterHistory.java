package io.quorate.sim.workload;

import io.quorate.sim.check.PromiseBroken;
import java.util.HashSet;
import java.util.Set;

/**
 * What clients have assigned to one register: a read returns nothing that was assigned at a lower
 * time than what was acknowledged or read before it.
 */
final class RegisterHistory {
  private final String name;
  private final String key;
  private final Set<Long> begun = new HashSet<>();
  private long known;

  RegisterHistory(String name, String key) {
    this.name = name;
    this.key = key;
  }

  /** The time of what a read that begins now must return, at least. */
  long now() {
    return known;
  }

  void begins(long hlc) {
    begun.add(hlc);
  }

  void acknowledged(long hlc) {
    known = Math.max(known, hlc);
  }

  /**
   * A read ends.
   *
   * @param atLeast as it was when the read began
   * @param hlc of what it returned; 0 for nothing
   * @throws PromiseBroken if that cannot be
   */
  void read(long atLeast, long hlc) {
    if (hlc < atLeast || (hlc != 0 && !begun.contains(hlc))) {
      throw new PromiseBroken(
          name, "%s has what was assigned at %x, after %x".formatted(key, hlc, atLeast));
    }
    known = Math.max(known, hlc);
  }
}
