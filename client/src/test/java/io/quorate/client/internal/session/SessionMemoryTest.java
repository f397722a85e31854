package io.quorate.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.Version;
import io.quorate.client.internal.session.SessionMemory.Bounds;
import io.quorate.client.internal.session.SessionMemory.Least;
import io.quorate.client.internal.session.SessionMemory.Name;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a session remembers when it has room for two keys and two partitions. */
class SessionMemoryTest {
  private static final Bounds NARROW = new Bounds(2, 2);
  private static final int PARTITION = 4;

  private final SessionMemory memory = new SessionMemory(NARROW);

  private static Name key(String key) {
    return new Name("shop", key.getBytes(StandardCharsets.UTF_8));
  }

  private static Version version(long hlc) {
    return Version.of(0, hlc, 0xA1, 3);
  }

  private Least least(String key) {
    return Objects.requireNonNull(memory.least(key(key), PARTITION));
  }

  // ---- what was seen

  @Test
  void nothingIsAskedForBeforeAnythingWasSeen() {
    assertThat(memory.least(key("a"), PARTITION)).isNull();
    assertThat(memory.highest()).isZero();
  }

  @Test
  void latestVersionOfAKeyIsNamed() {
    memory.saw(key("a"), PARTITION, version(7), true);
    memory.saw(key("a"), PARTITION, version(5), false);
    assertThat(least("a").version()).isEqualTo(version(7));
    assertThat(memory.highest()).isEqualTo(7);
    assertThat(memory.least(key("b"), PARTITION)).isNull();
  }

  @Test
  void equalKeysOfTwoTenantsAreTwo() {
    memory.saw(key("a"), PARTITION, version(7), true);
    assertThat(memory.least(new Name("other", key("a").key()), PARTITION)).isNull();
  }

  /** It may become a floor then, and the later one may not. */
  @Test
  void onceAQuorumIsKnownToHoldAVersionItIsKnown() {
    memory.saw(key("a"), PARTITION, version(7), true);
    memory.saw(key("a"), PARTITION, version(7), false);
    memory.saw(key("b"), PARTITION, version(8), true);
    memory.saw(key("b"), PARTITION, version(9), false);
    memory.saw(key("c"), PARTITION, version(10), false);
    assertThat(least("a").floor()).isEqualTo(7);
    assertThat(least("b").version()).isEqualTo(version(9));
  }

  @Test
  void versionThatIsPurgedIsForgottenButNotALaterOne() {
    memory.saw(key("a"), PARTITION, version(7), true);
    memory.saw(key("b"), PARTITION, version(8), true);
    memory.sawNothing(key("a"), version(7));
    memory.sawNothing(key("b"), version(7));
    assertThat(memory.least(key("a"), PARTITION)).isNull();
    assertThat(least("b").version()).isEqualTo(version(8));
  }

  // ---- what is too much

  @Test
  void oldestVersionThatAQuorumHoldsBecomesAFloor() {
    memory.saw(key("a"), PARTITION, version(7), true);
    memory.saw(key("b"), PARTITION, version(6), false);
    memory.saw(key("c"), PARTITION, version(9), true);

    assertThat(least("a").version()).isNull();
    assertThat(least("a").floor()).isEqualTo(7);
    assertThat(least("b").version()).isEqualTo(version(6));
    assertThat(least("c").version()).isEqualTo(version(9));
    assertThat(memory.least(key("d"), PARTITION + 1)).isNull();
    assertThat(Objects.requireNonNull(memory.least(key("d"), -1)).floor()).isEqualTo(7);
  }

  /**
   * A node whose clock is behind has stamped it under the token of a lock: what was written before
   * without one, and is below it, has a later time.
   */
  @Test
  void versionUnderATokenBecomesAFloorAboveAllTimes() {
    Version ranked = Version.of(83, 10, 0xA1, 3);
    memory.saw(key("a"), PARTITION, ranked, true);
    memory.saw(key("b"), PARTITION, Version.of(83, 11, 0xA1, 3), true);
    assertThat(least("a").version()).isEqualTo(ranked);
    memory.saw(key("c"), PARTITION, Version.of(83, 12, 0xA1, 3), true);
    assertThat(least("a").version()).isNull();
    assertThat(Long.compareUnsigned(least("a").floor(), Long.MAX_VALUE)).isPositive();
    assertThat(memory.highest()).isEqualTo(12);

    SessionMemory told = new SessionMemory(NARROW);
    told.merge(memory.token());
    assertThat(Objects.requireNonNull(told.least(key("a"), PARTITION)).floor()).isEqualTo(-1);
    assertThat(told.least(key("a"), PARTITION + 1)).isNull();
    assertThat(told.token()).isEqualTo(memory.token());
  }

  /** One key under a lock must not have the reads of all others carried out at QUORUM. */
  @Test
  void versionUnderATokenStaysWhileOthersAreYetToBePromoted() {
    Version ranked = Version.of(83, 10, 0xA1, 3);
    memory.saw(key("a"), PARTITION, version(1), false);
    memory.saw(key("b"), PARTITION, version(2), false);
    memory.saw(key("c"), PARTITION, ranked, true);
    assertThat(least("c").version()).isEqualTo(ranked);
    Name promoted = Objects.requireNonNull(memory.promotable());
    memory.saw(promoted, PARTITION, version(3), true);
    assertThat(least("c").version()).isEqualTo(ranked);
    assertThat(Objects.requireNonNull(memory.least(promoted, PARTITION)).floor()).isEqualTo(3);
  }

  /** Else the token would get too long. */
  @Test
  void versionUnderATokenGoesWhereMoreThanHalfAsManyAgainHaveAnEntry() {
    memory.saw(key("a"), PARTITION, version(1), false);
    for (int i = 0; i < 3; i++) {
      memory.saw(key("c" + i), PARTITION, Version.of(83, 10 + i, 0xA1, 3), true);
    }
    assertThat(least("c0").version()).isNull();
    assertThat(least("c0").floor()).isEqualTo(-1);
    assertThat(least("c1").version()).isNotNull();
  }

  /** Past the bound of partitions, too. */
  @Test
  void oneFloorForAllIsAboveAllTimesIfOneOfThemIs() {
    for (int partition = 0; partition < 6; partition++) {
      memory.saw(key("k" + partition), partition, Version.of(83, 10 + partition, 1, 1), true);
    }
    SessionMemory told = new SessionMemory(NARROW);
    told.merge(memory.token());
    assertThat(Objects.requireNonNull(told.least(key("a"), 900)).floor()).isEqualTo(-1);
  }

  /** A read at QUORUM, to which a floor leads, could miss it. */
  @Test
  void versionThatFewerHoldKeepsItsEntryUntilItIsPromoted() {
    memory.saw(key("a"), PARTITION, version(1), false);
    memory.saw(key("b"), PARTITION, version(2), false);
    assertThat(memory.promotable()).isNull();
    memory.saw(key("c"), PARTITION, version(3), false);

    Name promoted = Objects.requireNonNull(memory.promotable());
    assertThat(least("a").version()).isEqualTo(version(1));
    memory.saw(promoted, PARTITION, version(4), true);
    assertThat(Objects.requireNonNull(memory.least(promoted, PARTITION)).floor()).isEqualTo(4);
    assertThat(memory.promotable()).isNull();
  }

  /**
   * The tenant was dropped, and is of linearizable keys now: each read finds the newest version.
   */
  @Test
  void keyThatNeedsNoEntryAnyMoreHasNone() {
    for (String each : List.of("a", "b", "c")) {
      memory.saw(key(each), PARTITION, version(1), false);
    }
    memory.sawTime(Objects.requireNonNull(memory.promotable()), 20);
    assertThat(memory.promotable()).isNull();
    assertThat(memory.highest()).isEqualTo(20);
  }

  @Test
  void thereIsAnEndOfWhatCannotBePromoted() {
    for (String name : new String[] {"a", "b", "c"}) {
      memory.saw(key(name), PARTITION, version(1), false);
      assertThat(memory.isFullFor(key("e"))).isFalse();
    }
    memory.saw(key("d"), PARTITION, version(1), false);
    assertThat(memory.isFullFor(key("e"))).isTrue();
    assertThat(memory.isFullFor(key("a"))).isFalse();
  }

  @Test
  void pastSoManyPartitionsThereIsOneFloorForAll() {
    for (int i = 0; i < 5; i++) {
      memory.saw(key("k" + i), i, version(10 + i), true);
    }
    assertThat(Objects.requireNonNull(memory.least(key("other"), 77)).floor()).isEqualTo(12);
  }

  // ---- tokens

  @Test
  void tokenCarriesAllOfIt() {
    Random random = new Random(7);
    SessionMemory full = new SessionMemory();
    for (int i = 0; i < 1000; i++) {
      full.saw(
          key("k" + random.nextInt(400)),
          random.nextInt(90),
          Version.of(random.nextInt(2), (1_767_225_600_000L + i) << 16, random.nextInt(5), 2),
          random.nextInt(20) > 0);
    }
    String token = full.token();
    assertThat(token).matches("[A-Za-z0-9_-]+").hasSizeLessThan(3000);

    SessionMemory resumed = new SessionMemory();
    resumed.merge(token);
    assertThat(resumed.token()).isEqualTo(token);
    assertThat(resumed.highest()).isEqualTo(full.highest());
  }

  @Test
  void emptyTokenIsShort() {
    assertThat(new SessionMemory().token()).hasSizeLessThan(30);
  }

  @Test
  void mergedSessionSeesWhatBothHaveSeen() {
    SessionMemory other = new SessionMemory(NARROW);
    other.saw(key("a"), PARTITION, version(9), true);
    other.saw(key("b"), PARTITION, version(4), false);
    memory.saw(key("a"), PARTITION, version(5), false);
    memory.merge(other.token());
    assertThat(least("a").version()).isEqualTo(version(9));
    assertThat(least("b").version()).isEqualTo(version(4));
    assertThat(memory.highest()).isEqualTo(9);
  }

  /** The other has seen a@9, which is in its floor now; that this one names a@5 is not enough. */
  @Test
  void floorOfOneSessionHoldsForTheEntriesOfTheOther() {
    SessionMemory other = new SessionMemory(NARROW);
    other.saw(key("a"), PARTITION, version(9), true);
    other.saw(key("x"), PARTITION, version(10), true);
    other.saw(key("y"), PARTITION, version(11), true);
    memory.saw(key("a"), PARTITION, version(5), false);
    SessionMemory both = new SessionMemory();
    both.merge(memory.token());
    both.merge(other.token());
    SessionMemory swapped = new SessionMemory();
    swapped.merge(other.token());
    swapped.merge(memory.token());

    for (SessionMemory merged : new SessionMemory[] {both, swapped}) {
      Least least = Objects.requireNonNull(merged.least(key("a"), PARTITION));
      assertThat(least.version()).isEqualTo(version(5));
      assertThat(least.floor()).isEqualTo(9);
      SessionMemory again = new SessionMemory();
      again.merge(merged.token());
      assertThat(Objects.requireNonNull(again.least(key("a"), PARTITION)).floor()).isEqualTo(9);
    }
  }

  /** Two nodes may have stamped two versions at one time. */
  @Test
  void floorAtTheTimeOfAnEntryHoldsBesideIt() {
    SessionMemory other = new SessionMemory(NARROW);
    other.saw(key("a"), PARTITION, Version.of(0, 5, 0xB2, 1), true);
    other.saw(key("x"), PARTITION, version(10), true);
    other.saw(key("y"), PARTITION, version(11), true);
    memory.saw(key("a"), PARTITION, version(5), false);
    memory.merge(other.token());
    assertThat(least("a").floor()).isEqualTo(5);
    memory.saw(key("a"), PARTITION, version(12), false);
    assertThat(least("a").floor()).isZero();
  }

  @Test
  void tooManyKeysOfTwoSessionsAreRefusedAndNothingIsAdded() {
    SessionMemory other = new SessionMemory();
    for (int i = 0; i < 5; i++) {
      other.saw(key("k" + i), PARTITION, version(1), false);
    }
    assertThatThrownBy(() -> memory.merge(other.token()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 keys at levels below QUORUM")
        .hasMessageContaining("at most 4")
        .hasMessageContaining(
            "this session is unchanged; read at QUORUM what the other session wrote");
    assertThat(memory.least(key("k0"), PARTITION)).isNull();
  }

  @Test
  void whatIsNoTokenIsRefused() {
    memory.saw(key("a"), PARTITION, version(9), true);
    String token = memory.token();
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'Q' ? 'R' : 'Q';
      refuses(token.substring(0, i) + other + token.substring(i + 1));
      refuses(token.substring(0, i));
    }
    refuses("not base64!");
    refuses("A".repeat(100_000));
    assertThatThrownBy(() -> memory.merge(token + "AA"))
        .hasMessageContaining("no session token of Quorate");
  }

  private static void refuses(String token) {
    assertThatThrownBy(() -> new SessionMemory().merge(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no session token of Quorate");
  }
}
