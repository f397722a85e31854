package io.quorate.sim.check;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.KeyByKeyChecker.Kind;
import io.quorate.version.Hlc;
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
  private static final Name PUT = new Name("registers", "p");
  private static final Set<String> TENANTS = Set.of("counters", "registers");
  private static final long MILLIS = 100;

  private final KeyByKeyChecker checker =
      new KeyByKeyChecker(
          name ->
              name.equals(REGISTER) ? Kind.IN_ORDER : name.equals(PUT) ? Kind.LAST : Kind.MERGED,
          () -> MILLIS);
  private long now;

  private static Cut cut(Step step) {
    return new Cut(7, Hlc.of(MILLIS, 5), step, new TreeSet<>(List.of(1)), List.of(), 0, "");
  }

  private void comesTo(Step step) {
    checker.knows(cut(step));
  }

  private KeyByKeyChange begins(Name name, KeyByKeyChange... seen) {
    return checker.begins(name, List.of(seen), ++now);
  }

  private KeyByKeyChange changes(Name name, KeyByKeyChange... seen) {
    KeyByKeyChange change = begins(name, seen);
    checker.acknowledged(change, ++now);
    return change;
  }

  private KeyByKeyChange expires(long millis) {
    KeyByKeyChange change = checker.begins(KEY, List.of(), ++now, millis);
    checker.acknowledged(change, ++now);
    return change;
  }

  private void ends(KeyByKeyChange... seen) {
    ends(KEY, seen);
  }

  private void ends(Name name, KeyByKeyChange... seen) {
    checker.acknowledged(checker.ends(name, List.of(seen), ++now), ++now);
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
    KeyByKeyChange change = changes(KEY);
    comesTo(Step.CLOSED);
    has(KEY, 0);
    broken(() -> has(KEY), "lacks " + change);
  }

  @Test
  void whatWasAcknowledgedLaterOrNeverNeedNotBe() {
    comesTo(Step.ARMED);
    KeyByKeyChange unknown = begins(KEY);
    comesTo(Step.CLOSED);
    KeyByKeyChange late = changes(KEY);
    has(KEY);
    has(KEY, unknown.number(), late.number());
  }

  @Test
  void whatWasBegunAfterTheSealIsNotInIt() {
    comesTo(Step.CLOSED);
    KeyByKeyChange before = begins(KEY);
    has(KEY, before.number());
    comesTo(Step.SEALED);
    KeyByKeyChange after = begins(KEY);
    broken(() -> has(KEY, after.number()), "which was begun later");
  }

  @Test
  void nothingIsInItTwice() {
    comesTo(Step.CLOSED);
    KeyByKeyChange change = begins(KEY);
    broken(() -> has(KEY, change.number(), change.number()), "twice");
  }

  @Test
  void nothingIsInItThatNoClientHasMade() {
    comesTo(Step.CLOSED);
    broken(() -> has(KEY, 0), "which no client has changed");
    KeyByKeyChange change = begins(KEY);
    broken(() -> has(KEY, change.number() + 1), "which was never begun");
  }

  @Test
  void whatHasTakenThePlaceOfAnotherIsNotInItBesideThat() {
    comesTo(Step.ARMED);
    KeyByKeyChange first = changes(KEY);
    comesTo(Step.CLOSED);
    KeyByKeyChange second = changes(KEY, first);
    has(KEY, first.number());
    has(KEY, second.number());
    broken(
        () -> has(KEY, first.number(), second.number()), "has %s, in whose place".formatted(first));
  }

  @Test
  void whatWasDeletedBeforeTheCloseIsNotInIt() {
    comesTo(Step.ARMED);
    KeyByKeyChange first = changes(KEY);
    ends(first);
    has(KEY);
    broken(() -> has(KEY, first.number()), "has %s, in whose place".formatted(first));
  }

  /** It may be gone, and need not be. */
  @Test
  void whatIsDeletedAfterTheCloseMayBeInIt() {
    comesTo(Step.ARMED);
    KeyByKeyChange first = changes(KEY);
    comesTo(Step.CLOSED);
    ends(first);
    has(KEY);
    has(KEY, first.number());
  }

  /** Nothing that was begun after the seal explains why something is missing. */
  @Test
  void whatIsDeletedAfterTheSealIsInIt() {
    comesTo(Step.ARMED);
    KeyByKeyChange first = changes(KEY);
    comesTo(Step.SEALED);
    ends(first);
    has(KEY, first.number());
    broken(() -> has(KEY), "lacks " + first);
  }

  @Test
  void aRegisterHasWithEachChangeAllThatWasAcknowledgedBefore() {
    comesTo(Step.CLOSED);
    KeyByKeyChange first = changes(REGISTER);
    KeyByKeyChange second = begins(REGISTER);
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
    KeyByKeyChange second = begins(KEY);
    has(KEY, second.number());
  }

  @Test
  void whatHadExpiredByItsTimeNeedNotBeInItAndWhatHadNotIs() {
    comesTo(Step.ARMED);
    KeyByKeyChange over = expires(MILLIS);
    KeyByKeyChange stays = expires(MILLIS + 1);
    comesTo(Step.CLOSED);
    has(KEY, over.number(), stays.number());
    has(KEY, stays.number());
    broken(() -> has(KEY, over.number()), "lacks " + stays);
  }

  @Test
  void aKeyIsNotInItOnceAllThatItHasHadExpired() {
    KeyByKeyChecker.checkHadNotExpired(cut(Step.SEALED), KEY, 0);
    KeyByKeyChecker.checkHadNotExpired(cut(Step.SEALED), KEY, MILLIS + 1);
    broken(
        () -> KeyByKeyChecker.checkHadNotExpired(cut(Step.SEALED), KEY, MILLIS), "had expired at");
  }

  // ---- of keys that have what was put last

  @Test
  void theLastPutThatWasAcknowledgedBeforeTheCloseIsInIt() {
    comesTo(Step.ARMED);
    KeyByKeyChange first = changes(PUT);
    KeyByKeyChange second = changes(PUT);
    comesTo(Step.CLOSED);
    has(PUT, second.number());
    broken(() -> has(PUT, first.number()), "which was not there any more");
    broken(() -> has(PUT), "which was not there any more");
    broken(() -> has(PUT, first.number(), second.number()), "of which one is the last");
  }

  @Test
  void whatIsPutOrDeletedLaterMayTakeItsPlaceUpToTheSeal() {
    comesTo(Step.ARMED);
    KeyByKeyChange first = changes(PUT);
    comesTo(Step.CLOSED);
    KeyByKeyChange second = changes(PUT);
    has(PUT, first.number());
    has(PUT, second.number());
    broken(() -> has(PUT), "has [] of");
    ends(PUT);
    has(PUT);
    comesTo(Step.SEALED);
    KeyByKeyChange later = changes(PUT);
    broken(() -> has(PUT, later.number()), "or not yet");
  }

  @Test
  void whatIsDeletedAfterTheSealIsStillInIt() {
    comesTo(Step.ARMED);
    KeyByKeyChange first = changes(PUT);
    comesTo(Step.SEALED);
    ends(PUT);
    has(PUT, first.number());
    broken(() -> has(PUT), "which was not there any more");
  }

  @Test
  void whatWasDeletedBeforeTheCloseIsGone() {
    comesTo(Step.ARMED);
    KeyByKeyChange first = changes(PUT);
    ends(PUT);
    has(PUT);
    broken(() -> has(PUT, first.number()), "which was not there any more");
  }

  /** Of two of which neither was there before the other one was begun, each may be the last. */
  @Test
  void ofPutsAtTheSameTimeEitherIsInIt() {
    comesTo(Step.ARMED);
    KeyByKeyChange one = begins(PUT);
    KeyByKeyChange other = begins(PUT);
    checker.acknowledged(one, ++now);
    checker.acknowledged(other, ++now);
    comesTo(Step.CLOSED);
    has(PUT, one.number());
    has(PUT, other.number());
    broken(() -> has(PUT), "has [] of");
  }

  @Test
  void aPutOfUnknownOutcomeMayBeInItOrNot() {
    comesTo(Step.ARMED);
    KeyByKeyChange unknown = begins(PUT);
    has(PUT);
    has(PUT, unknown.number());
    ends(PUT);
    has(PUT);
    has(PUT, unknown.number());
  }

  @Test
  void aFuzzyBackupHasTheLastPutUnlessAnotherCameLater() {
    KeyByKeyChange first = changes(PUT);
    long begun = now + 1;
    checker.checkFuzzy(begun, TENANTS, Map.of(PUT, List.of(first.number())));
    broken(() -> checker.checkFuzzy(begun, TENANTS, Map.of()), "which was not there any more");
    KeyByKeyChange second = changes(PUT);
    checker.checkFuzzy(begun, TENANTS, Map.of(PUT, List.of(first.number())));
    checker.checkFuzzy(begun, TENANTS, Map.of(PUT, List.of(second.number())));
    broken(
        () -> checker.checkFuzzy(now + 1, TENANTS, Map.of(PUT, List.of(first.number()))),
        "which was not there any more");
  }

  @Test
  void aFuzzyBackupMayLackWhatAnyNodeMayHaveTakenForExpired() {
    expires(MILLIS);
    checker.checkFuzzy(now + 1, TENANTS, Map.of());
    KeyByKeyChange stays = expires(MILLIS + 1);
    broken(() -> checker.checkFuzzy(now + 1, TENANTS, Map.of()), "lacks " + stays);
  }

  @Test
  void aFuzzyBackupHasWhatWasAcknowledgedBeforeItBegan() {
    KeyByKeyChange change = changes(KEY);
    checker.checkFuzzy(now, TENANTS, Map.of());
    broken(() -> checker.checkFuzzy(now + 1, TENANTS, Map.of()), "lacks " + change);
    checker.checkFuzzy(now + 1, Set.of("registers"), Map.of());
  }
}
