package io.quorate.transport.login;

import io.quorate.transport.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps guessing of passwords and tokens slow: by address and user, by network, and by user. A user
 * that has logged in from an address of late is held back there by its own failures alone, so that
 * what others try does not keep it out. Owned by the lane.
 */
public final class LoginLimits {
  /** Of one user from one address. */
  static final int FREE_OF_PLACE = 10;

  /** Of all users from one network, and of one user from everywhere. */
  static final int FREE_OF_MANY = 60;

  private static final int KNOWN_MAX = 10_000;
  private static final long KNOWN_WAIT_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);

  private final FailedLogins<Place> byPlace = new FailedLogins<>(FREE_OF_PLACE);
  private final FailedLogins<Network> byNetwork = new FailedLogins<>(FREE_OF_MANY);
  private final FailedLogins<String> byUser = new FailedLogins<>(FREE_OF_MANY);
  private final Set<Place> known =
      Collections.newSetFromMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Place, Boolean> eldest) {
              return size() > KNOWN_MAX;
            }
          });

  /**
   * A user, and whence it logs in.
   *
   * @param host its address; of IPv6 the network, of which one host has many addresses
   */
  private record Place(Object host, String user) {
    static Place of(@Nullable InetAddress from, String user) {
      return new Place(from instanceof Inet4Address ? from : Network.of(from), user);
    }
  }

  /** How long a login has to wait; 0: it need not. */
  public long waitNanos(@Nullable InetAddress from, String user, long now) {
    Place place = Place.of(from, user);
    long wait = byPlace.waitNanos(place, now);
    if (known.contains(place)) {
      // Else one program with an old password would keep all others out that are there.
      wait = Math.min(wait, KNOWN_WAIT_NANOS_MAX);
    } else {
      wait = Math.max(wait, byNetwork.waitNanos(Network.of(from), now));
      wait = Math.max(wait, byUser.waitNanos(user, now));
    }
    return Math.max(wait, 0);
  }

  /** A login of this user has failed. */
  public void failed(@Nullable InetAddress from, String user, long now) {
    byPlace.add(Place.of(from, user), now);
    byNetwork.add(Network.of(from), now);
    byUser.add(user, now);
  }

  /** A login of this user has not failed. */
  public void succeeded(@Nullable InetAddress from, String user) {
    byPlace.forget(Place.of(from, user));
    known.add(Place.of(from, user));
  }
}
