package io.quorate.sim.workload;

import io.quorate.sim.check.PromiseBroken;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What clients have put, deleted and read where concurrent puts are all kept: under one key with
 * siblings, or of one value of a set, to which "put" means that it is added. And what follows from
 * it: a put that was acknowledged, or that was read, is read from then on, unless a write has begun
 * whose client had seen it. What a write took the place of that was acknowledged, or read, is not
 * read again.
 */
final class KeptHistory {
  /** Of the promise that is checked. */
  private final String name;

  private final String key;

  /** By number of the put: what its client had seen, and what those had seen whose puts it saw. */
  private final List<BitSet> seenBy = new ArrayList<>();

  /** Puts that reads must find, or something that has taken their place. */
  private final BitSet mustBe = new BitSet();

  /** Puts that a write may have taken the place of. */
  private final BitSet mayBeGone = new BitSet();

  /** Puts that have been taken the place of for certain. */
  private final BitSet gone = new BitSet();

  /** Deletions under way that delete whatever they find. */
  private int blind;

  KeptHistory(String name, String key) {
    this.name = name;
    this.key = key;
  }

  /** What was known of the key when something began. */
  record Then(BitSet mustBe, BitSet gone) {}

  Then now() {
    return new Then((BitSet) mustBe.clone(), (BitSet) gone.clone());
  }

  /** A put begins whose client has seen others; returns its number. */
  int putBegins(BitSet seen) {
    int number = seenBy.size();
    seenBy.add((BitSet) seen.clone());
    mayBeGone.or(seen);
    mayBeGone.set(number, blind > 0);
    return number;
  }

  void putAcknowledged(int number) {
    mustBe.set(number);
    gone.or(seenBy.get(number));
  }

  void deleteBegins(BitSet seen) {
    mayBeGone.or(seen);
  }

  void deleteAcknowledged(BitSet seen) {
    gone.or(seen);
  }

  /** A deletion begins that will read what it deletes. */
  Then blindBegins() {
    blind++;
    mayBeGone.set(0, seenBy.size());
    return now();
  }

  /** It was acknowledged: whatever was known when it began is gone. */
  void blindAcknowledged(Then begun) {
    blind--;
    gone.or(begun.mustBe());
  }

  void blindRefused() {
    blind--;
  }

  /**
   * A read ends; returns what its client has seen now.
   *
   * @param begun what was known when it began
   * @param found numbers of the puts whose values it returned
   * @throws PromiseBroken if that cannot be
   */
  BitSet read(Then begun, List<Integer> found) {
    BitSet got = new BitSet();
    for (int number : found) {
      if (got.get(number)) {
        throw new PromiseBroken(name, "%s has p%d twice: %s".formatted(key, number, found));
      }
      got.set(number);
    }
    BitSet lost = (BitSet) begun.mustBe().clone();
    lost.andNot(got);
    lost.andNot(mayBeGone);
    if (!lost.isEmpty()) {
      throw new PromiseBroken(
          name,
          "%s: p%s was acknowledged or read, no client that had seen it wrote, and a later read found p%s"
              .formatted(key, lost, got));
    }
    BitSet back = (BitSet) begun.gone().clone();
    back.and(got);
    if (!back.isEmpty()) {
      throw new PromiseBroken(
          name,
          "%s: p%s is back in a read that found p%s, after a write took its place"
              .formatted(key, back, got));
    }
    BitSet seen = (BitSet) got.clone();
    for (int number = got.nextSetBit(0); number >= 0; number = got.nextSetBit(number + 1)) {
      mustBe.set(number);
      gone.or(seenBy.get(number));
      seen.or(seenBy.get(number));
    }
    return seen;
  }
}
