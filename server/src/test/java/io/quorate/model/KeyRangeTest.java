package io.quorate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which keys lie in a range, compared with what each of its parts says. */
class KeyRangeTest {
  private static final byte[] NONE = {};

  @Test
  void keysOfARangeHaveItsPrefixAndLieBetweenItsBounds() {
    SplittableRandom random = new SplittableRandom(1);
    int in = 0;
    for (int i = 0; i < 200_000; i++) {
      KeyRange range = new KeyRange(key(random), key(random), key(random), random.nextBoolean());
      byte[] key = key(random);
      boolean expected =
          startsWith(key, range.prefix())
              && Arrays.compareUnsigned(key, range.start()) >= 0
              && (range.end().length == 0 || Arrays.compareUnsigned(key, range.end()) < 0);
      assertThat(range.contains(key))
          .as("%s has %s", range, Arrays.toString(key))
          .isEqualTo(expected);
      if (expected) {
        in++;
        assertThat(range.isEmpty()).as("%s", range).isFalse();
      }
    }
    assertThat(in).isGreaterThan(2_000);
  }

  @Test
  void nothingLiesWhereTheEndIsNotAboveTheStart() {
    byte[] two = {2};
    byte[] three = {3};
    assertThat(new KeyRange(NONE, three, two, false).isEmpty()).isTrue();
    assertThat(new KeyRange(NONE, two, two, true).isEmpty()).isTrue();
    assertThat(new KeyRange(NONE, two, three, true).isEmpty()).isFalse();
  }

  @Test
  void nothingLiesWhereAllKeysOfThePrefixAreOutOfBounds() {
    byte[] prefix = {2};
    assertThat(new KeyRange(prefix, new byte[] {3}, NONE, false).isEmpty()).isTrue();
    assertThat(new KeyRange(prefix, NONE, new byte[] {2}, false).isEmpty()).isTrue();
    assertThat(new KeyRange(prefix, new byte[] {1}, new byte[] {9}, false).isEmpty()).isFalse();
    byte[] highest = {(byte) 0xFF, (byte) 0xFF};
    assertThat(KeyRange.ofPrefix(highest).isEmpty()).isFalse();
    assertThat(KeyRange.ofPrefix(highest).past()).isNull();
    assertThat(KeyRange.ALL.isEmpty()).isFalse();
  }

  @Test
  void keysAreComparedInTheOrderInWhichTheyAreRead() {
    byte[] low = {0x7F};
    byte[] high = {(byte) 0x80};
    assertThat(KeyRange.ALL.compare(low, high)).isNegative();
    assertThat(new KeyRange(NONE, NONE, NONE, true).compare(low, high)).isPositive();
  }

  /** Short, and of few values, so that keys meet bounds. */
  private static byte[] key(SplittableRandom random) {
    byte[] key = new byte[random.nextInt(4)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(3) - 1);
    }
    return key;
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
