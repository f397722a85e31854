package io.quorate.sim.check;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChecker.Change;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What {@link KeyByKeyChecker} finds wrong, and what it does not. */
class KeyByKeyCheckerTest {
  private static final Name KEY = new Name("counters", "k");
  private static final Name REGISTER = new Name("registers", "k");
  private static final Set<String> TENANTS = Set.of("counters", "registers");

  private final KeyByKeyChecker checker = new KeyByKeyChecker(REGISTER::equals);
  private long now;

  private static Cut cut(Step step) {
    return new Cut(7, 100, step, new TreeSet<>(List.of(1)), List.of(), 0, "");
  }

  private void comesTo(Step step) {
    checker.knows(cut(step));
  }

  private Change begins(Name name, Change... seen) {
    return checker.begins(name, List.of(seen), ++now);
  }

  private Change changes(Name name, Change... seen) {
    Change change = begins(name, seen);
    checker.acknowledged(change, ++now);
    return change;
  }

  private void ends(Change... seen) {
    checker.acknowledged(checker.ends(KEY, List.of(seen), ++now), ++now);
  }

  private void has(Name name, Integer... numbers) {
    checker.checkCut(
        cut(Step.SEALED), TENANTS, numbers.length == 0 ? Map.of() : Map.of(name, List.of(numbers)));
  }

  private static void broken(ThrowingCallable check, String what) {
    assertThatThrownBy(check).isInstanceOf(PromiseBroken.class).hasMessageContaining(what);
  }

  @Test
  void whatWasAcknowledgedBeforeTheCloseIsInIt() {
    comesTo(Step.ARMED);
    Change change = changes(KEY);
    comesTo(Step.CLOSED);
    has(KEY, 0);
    broken(() -> has(KEY), "lacks " + change);
  }

  @Test
  void whatWasAcknowledgedLaterOrNeverNeedNotBe() {
    comesTo(Step.ARMED);
    Change unknown = begins(KEY);
    comesTo(Step.CLOSED);
    Change late = changes(KEY);
    has(KEY);
    has(KEY, unknown.number(), late.number());
  }

  @Test
  void whatWasBegunAfterTheSealIsNotInIt() {
    comesTo(Step.CLOSED);
    Change before = begins(KEY);
    has(KEY, before.number());
    comesTo(Step.SEALED);
    Change after = begins(KEY);
    broken(() -> has(KEY, after.number()), "which was begun later");
  }

  @Test
  void nothingIsInItTwice() {
    comesTo(Step.CLOSED);
    Change change = begins(KEY);
    broken(() -> has(KEY, change.number(), change.number()), "twice");
  }

  @Test
  void nothingIsInItThatNoClientHasMade() {
    comesTo(Step.CLOSED);
    broken(() -> has(KEY, 0), "which no client has changed");
    Change change = begins(KEY);
    broken(() -> has(KEY, change.number() + 1), "which was never begun");
  }

  @Test
  void whatHasTakenThePlaceOfAnotherIsNotInItBesideThat() {
    comesTo(Step.ARMED);
    Change first = changes(KEY);
    comesTo(Step.CLOSED);
    Change second = changes(KEY, first);
    has(KEY, first.number());
    has(KEY, second.number());
    broken(
        () -> has(KEY, first.number(), second.number()), "has %s, in whose place".formatted(first));
  }

  @Test
  void whatWasDeletedBeforeTheCloseIsNotInIt() {
    comesTo(Step.ARMED);
    Change first = changes(KEY);
    ends(first);
    has(KEY);
    broken(() -> has(KEY, first.number()), "has %s, in whose place".formatted(first));
  }

  /** It may be gone, and need not be. */
  @Test
  void whatIsDeletedAfterTheCloseMayBeInIt() {
    comesTo(Step.ARMED);
    Change first = changes(KEY);
    comesTo(Step.CLOSED);
    ends(first);
    has(KEY);
    has(KEY, first.number());
  }

  /** Nothing that was begun after the seal explains why something is missing. */
  @Test
  void whatIsDeletedAfterTheSealIsInIt() {
    comesTo(Step.ARMED);
    Change first = changes(KEY);
    comesTo(Step.SEALED);
    ends(first);
    has(KEY, first.number());
    broken(() -> has(KEY), "lacks " + first);
  }

  @Test
  void aRegisterHasWithEachChangeAllThatWasAcknowledgedBefore() {
    comesTo(Step.CLOSED);
    Change first = changes(REGISTER);
    Change second = begins(REGISTER);
    has(REGISTER, first.number());
    has(REGISTER, first.number(), second.number());
    broken(
        () -> has(REGISTER, second.number()),
        "lacks what was acknowledged before that was begun: " + first);
  }

  @Test
  void theChangesOfOtherKeysHaveNoOrder() {
    comesTo(Step.CLOSED);
    changes(KEY);
    Change second = begins(KEY);
    has(KEY, second.number());
  }

  @Test
  void aFuzzyBackupHasWhatWasAcknowledgedBeforeItBegan() {
    Change change = changes(KEY);
    checker.checkFuzzy(now, TENANTS, Map.of());
    broken(() -> checker.checkFuzzy(now + 1, TENANTS, Map.of()), "lacks " + change);
    checker.checkFuzzy(now + 1, Set.of("registers"), Map.of());
  }
}
