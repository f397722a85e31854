package io.quorate.node;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventSamples;
import io.quorate.event.Gauge;
import io.quorate.event.Label;
import io.quorate.event.Meter;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;
import io.quorate.metrics.Meters;
import io.quorate.model.NodeId;
import java.io.File;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An event that is declared is counted, or its declaration says why it is not. */
class DeclaredEventsTest {
  static Stream<Class<? extends Event>> kinds() {
    return NodeEvents.FAMILIES.stream().flatMap(EventSamples::kinds);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anEventIsCountedOrSaysWhyNot(Class<? extends Event> kind) {
    Noted noted = new Noted();
    EventSamples.of(kind).forEach(event -> event.count(noted));
    Unmetered why = kind.getAnnotation(Unmetered.class);
    if (why == null) {
      assertThat(noted.values).as("meters of %s, which is not @Unmetered", kind).isNotEmpty();
    } else {
      assertThat(noted.values).as("meters of %s, which is @Unmetered", kind).isEmpty();
      assertThat(why.value()).isNotBlank();
    }
  }

  /** A family that is left out would have no meters, and its events none to be counted in. */
  @Test
  void everyEventIsOfAFamilyThatIsListed() throws Exception {
    Set<Class<?>> declared =
        classes()
            .filter(Event.class::isAssignableFrom)
            .filter(type -> !type.isInterface() && !Modifier.isAbstract(type.getModifiers()))
            .collect(toSet());
    assertThat(declared).hasSizeGreaterThan(80);
    assertThat(kinds().collect(toSet())).isEqualTo(declared);
  }

  /** All classes of a node, not initialized. */
  private static Stream<Class<?>> classes() throws Exception {
    Path home = Path.of(NodeId.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(home)) {
      List<Class<?>> all = new ArrayList<>();
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String name = home.relativize(file).toString().replace(File.separatorChar, '.');
        if (!name.endsWith("-info.class")) {
          String type = name.substring(0, name.length() - ".class".length());
          all.add(Class.forName(type, false, DeclaredEventsTest.class.getClassLoader()));
        }
      }
      return all.stream();
    }
  }

  /** Otherwise a meter could stay at zero for ever. */
  @Test
  void everyMeterAndEachKnownValueOfItsLabelsIsReached() {
    Noted noted = new Noted();
    EventSamples.ofAll(NodeEvents.FAMILIES).forEach(event -> event.count(noted));
    Map<String, Set<String>> known = new TreeMap<>();
    Map<String, Set<String>> reached = new TreeMap<>();
    for (Meter meter : meters()) {
      Set<String> values = noted.values.get(meter);
      assertThat(values).as("what is counted in %s", meter.name()).isNotNull();
      List<Label> labels = meter.labels();
      if (labels.size() == 1 && !labels.get(0).values().isEmpty()) {
        known.put(meter.name(), new TreeSet<>(labels.get(0).values()));
        reached.put(meter.name(), values);
      }
    }
    assertThat(reached).isEqualTo(known);
  }

  @Test
  void noTwoMetersHaveOneName() {
    assertThat(meters()).extracting(Meter::name).doesNotHaveDuplicates();
    try (Meters all = new Meters(NodeEvents.FAMILIES)) {
      assertThat(all.declared()).containsAll(meters());
    }
  }

  private static List<Meter> meters() {
    return NodeEvents.FAMILIES.stream()
        .flatMap(family -> Arrays.stream(family.getFields()))
        .filter(field -> Meter.class.isAssignableFrom(field.getType()))
        .map(
            field -> {
              try {
                return (Meter) field.get(null);
              } catch (IllegalAccessException notPublic) {
                throw new AssertionError(notPublic);
              }
            })
        .toList();
  }

  /** What was counted: by meter, the values of its first label. */
  private static final class Noted implements Tally {
    private final IdentityHashMap<Meter, Set<String>> values = new IdentityHashMap<>();

    private void note(Meter meter, Object... labels) {
      assertThat(labels).as("labels of %s", meter.name()).hasSameSizeAs(meter.labels());
      Set<String> of = values.computeIfAbsent(meter, each -> new TreeSet<>());
      if (labels.length > 0) {
        of.add(Label.text(labels[0]));
      }
    }

    @Override
    public void add(Counter counter, double amount) {
      note(counter);
    }

    @Override
    public void add(Counter counter, double amount, Object label) {
      note(counter, label);
    }

    @Override
    public void add(Counter counter, double amount, Object first, Object second) {
      note(counter, first, second);
    }

    @Override
    public void set(Gauge gauge, double value) {
      note(gauge);
    }

    @Override
    public void set(Gauge gauge, double value, Object label) {
      note(gauge, label);
    }
  }
}
