package io.quorate.transport.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoginLimitsTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final LoginLimits limits = new LoginLimits();
  private long now = 1;

  private static InetAddress at(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Tries wrong passwords as fast as it may for an hour; returns how many. */
  private int guesses(String from, String user) {
    int guesses = 0;
    for (long end = now + 60 * MINUTE; now < end; ) {
      long wait = limits.waitNanos(at(from), user, now);
      if (wait == 0) {
        limits.failed(at(from), user, now);
        guesses++;
      } else {
        now += wait;
      }
    }
    return guesses;
  }

  @Test
  void guessingThePasswordOfAUserIsSlow() {
    assertThat(guesses("10.0.0.1", "anna")).isBetween(LoginLimits.FREE_OF_PLACE, 30);
  }

  @Test
  void othersOfANetworkAreFreeUntilTheNetworkHasFailedOften() {
    for (int i = 0; i < LoginLimits.FREE_OF_PLACE; i++) {
      limits.failed(at("10.0.0.1"), "anna", now);
    }
    assertThat(limits.waitNanos(at("10.0.0.1"), "anna", now)).isPositive();
    assertThat(limits.waitNanos(at("10.0.0.1"), "bert", now)).isZero();
    assertThat(limits.waitNanos(at("10.0.0.2"), "anna", now)).isZero();

    for (int i = 0; i < LoginLimits.FREE_OF_MANY; i++) {
      limits.failed(at("10.0.0." + i), "user-" + i, now);
    }
    assertThat(limits.waitNanos(at("10.0.0.200"), "bert", now)).isPositive();
    assertThat(limits.waitNanos(at("10.0.1.200"), "bert", now)).isZero();
  }

  @Test
  void guessingFromManyNetworksIsSlowAsWell() {
    for (int i = 0; i < LoginLimits.FREE_OF_MANY; i++) {
      limits.failed(at("10.0." + i + ".1"), "anna", now);
    }
    assertThat(limits.waitNanos(at("10.1.0.1"), "anna", now)).isPositive();
    assertThat(limits.waitNanos(at("10.1.0.1"), "bert", now)).isZero();
  }

  @Test
  void oneThatHasLoggedInThereIsNotKeptOutByOthers() {
    limits.succeeded(at("10.0.0.9"), "anna");
    for (int i = 0; i < 200; i++) {
      limits.failed(at("10.0.0." + i % 8), "anna", now);
      limits.failed(at("10.0." + i + ".1"), "anna", now);
    }
    assertThat(limits.waitNanos(at("10.0.0.9"), "anna", now)).isZero();
    assertThat(limits.waitNanos(at("10.0.0.10"), "anna", now)).isPositive();
  }

  @Test
  void failuresAreForgottenBySuccessAndAfterAnHour() {
    for (int i = 0; i < LoginLimits.FREE_OF_PLACE; i++) {
      limits.failed(at("10.0.0.1"), "anna", now);
    }
    limits.succeeded(at("10.0.0.1"), "anna");
    assertThat(limits.waitNanos(at("10.0.0.1"), "anna", now)).isZero();

    int first = guesses("10.0.0.2", "bert");
    now += 2 * 60 * MINUTE;
    assertThat(guesses("10.0.0.2", "bert")).isEqualTo(first);
  }

  @Test
  void eachFurtherWaitIsTwiceAsLongUpToTenMinutes() {
    List<Long> seconds = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long wait = limits.waitNanos(at("10.0.0.1"), "anna", now);
      now += wait;
      limits.failed(at("10.0.0.1"), "anna", now);
      seconds.add(TimeUnit.NANOSECONDS.toSeconds(wait));
    }
    assertThat(seconds.subList(0, LoginLimits.FREE_OF_PLACE)).containsOnly(0L);
    assertThat(seconds.subList(LoginLimits.FREE_OF_PLACE, 20))
        .containsExactly(6L, 12L, 24L, 48L, 96L, 192L, 384L, 600L, 600L, 600L);
  }

  @Test
  void oneThatHasLoggedInThereWaitsForItsOwnFailuresAMinuteAtMost() {
    limits.succeeded(at("10.0.0.1"), "anna");
    for (int i = 0; i < 100; i++) {
      limits.failed(at("10.0.0.1"), "anna", now);
    }
    assertThat(limits.waitNanos(at("10.0.0.1"), "anna", now)).isEqualTo(MINUTE);
  }

  /** Names that are made up must not take the memory of a node, nor have it forget others soon. */
  @Test
  void whatFailedLongestAgoIsForgottenWhenThereIsTooMuch() {
    FailedLogins<Integer> failed = new FailedLogins<>(1);
    for (int i = 0; i < 10_000; i++) {
      failed.add(i, now);
    }
    failed.add(0, now);
    failed.add(10_000, now);
    assertThat(failed.waitNanos(0, now)).isPositive();
    assertThat(failed.waitNanos(1, now)).as("put out").isZero();
    assertThat(failed.waitNanos(2, now)).isPositive();
    assertThat(failed.waitNanos(10_000, now)).isPositive();
  }

  @Test
  void placesOfUsersAreForgottenWhenThereAreTooMany() {
    limits.succeeded(at("10.9.0.1"), "anna");
    for (int i = 0; i < 10_000; i++) {
      limits.succeeded(at("10.0.0.1"), "user-" + i);
    }
    for (int i = 0; i < LoginLimits.FREE_OF_MANY; i++) {
      limits.failed(at("10.1." + i + ".1"), "anna", now);
    }
    assertThat(limits.waitNanos(at("10.9.0.1"), "anna", now)).isPositive();
  }

  @Test
  void hostsOfIpv6AreKnownByTheirNetwork() {
    for (int i = 0; i < LoginLimits.FREE_OF_PLACE; i++) {
      limits.failed(at("2001:db8::" + i), "anna", now);
    }
    assertThat(limits.waitNanos(at("2001:db8::ffff"), "anna", now)).isPositive();
    assertThat(limits.waitNanos(at("2001:db8:1::1"), "anna", now)).isZero();
  }
}
