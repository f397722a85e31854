package io.quorate.access;

import java.util.List;

/**
 * With what a user can log in: one password, or two while one takes the place of the other.
 *
 * @param verifiers the one that was set last comes first
 */
public record Passwords(List<PasswordVerifier> verifiers) {
  public static final Passwords NONE = new Passwords(List.of());

  private static final int MAX = 2;

  /**
   * @throws IllegalArgumentException if they are too many, or salted differently: a client learns
   *     the salt before it says which password it knows
   */
  public Passwords {
    verifiers = List.copyOf(verifiers);
    if (verifiers.size() > MAX) {
      throw new IllegalArgumentException(
          "%d passwords: there can be %d".formatted(verifiers.size(), MAX));
    }
    if (verifiers.size() == MAX && !verifiers.get(0).isSaltedLike(verifiers.get(1))) {
      throw new IllegalArgumentException(
          "to keep the previous password, the next one has to have its salt and its iterations: ask"
              + " for them just before, as 'quorate user password --keep-previous' does");
    }
  }

  public boolean isEmpty() {
    return verifiers.isEmpty();
  }

  Passwords with(PasswordVerifier next, boolean keepPrevious) {
    if (verifiers.contains(next)) {
      return keepPrevious ? this : new Passwords(List.of(next));
    }
    return keepPrevious && !isEmpty()
        ? new Passwords(List.of(next, verifiers.getFirst()))
        : new Passwords(List.of(next));
  }

  Passwords withoutPrevious() {
    return isEmpty() ? this : new Passwords(List.of(verifiers.getFirst()));
  }
}
