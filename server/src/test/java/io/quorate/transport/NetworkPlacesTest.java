package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkPlacesTest {
  private static final Network MANY = new Network(3, 1);
  private static final Network FEW = new Network(3, 2);

  private final NetworkPlaces<String> places = new NetworkPlaces<>(3);

  @Test
  void theOldestOfTheNetworkWithMostGivesWay() {
    assertThat(places.take(FEW, "few")).isNull();
    assertThat(places.take(MANY, "many 1")).isNull();
    assertThat(places.take(MANY, "many 2")).isNull();
    assertThat(places.take(MANY, "many 3")).isEqualTo("many 1");
    assertThat(places.take(FEW, "few 2")).isEqualTo("many 2");
    assertThat(places.take(MANY, "many 4")).isEqualTo("few");
  }

  @Test
  void aPlaceThatIsGivenBackIsFree() {
    for (int i = 0; i < 10; i++) {
      assertThat(places.take(MANY, "one")).isNull();
      assertThat(places.take(FEW, "two")).isNull();
      assertThat(places.take(FEW, "three")).isNull();
      places.leave(MANY, "two"); // it is of another network
      assertThat(places.take(FEW, "four")).isEqualTo("two");
      places.leave(FEW, "two"); // it has lost it
      places.leave(MANY, "one");
      places.leave(FEW, "three");
      places.leave(FEW, "four");
    }
  }
}
