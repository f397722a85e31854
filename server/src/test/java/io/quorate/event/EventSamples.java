package io.quorate.event;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.raft.Membership;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An event of every declared kind, with each value of those of its components that have few. */
public final class EventSamples {
  private static final NodeId NODE = new NodeId(7);

  private EventSamples() {}

  /** The kinds of event of a family: its constants are all of one kind. */
  public static Stream<Class<? extends Event>> kinds(Class<? extends Event> family) {
    return family.isSealed()
        ? Arrays.stream(family.getPermittedSubclasses()).map(kind -> kind.asSubclass(Event.class))
        : Stream.of(family);
  }

  public static List<Event> ofAll(List<Class<? extends Event>> families) {
    return families.stream().flatMap(EventSamples::kinds).flatMap(EventSamples::of).toList();
  }

  public static Stream<Event> of(Class<? extends Event> kind) {
    if (kind.isEnum()) {
      return Arrays.stream(kind.getEnumConstants());
    }
    int variants =
        Arrays.stream(kind.getRecordComponents())
            .mapToInt(component -> values(component.getType()).size())
            .max()
            .orElse(1);
    return IntStream.range(0, variants).mapToObj(variant -> make(kind, variant));
  }

  /** Makes a record of the values of its components that have this number, counted round. */
  private static <T> T make(Class<T> kind, int variant) {
    Class<?>[] types =
        Arrays.stream(kind.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Object[] arguments =
        Arrays.stream(types)
            .map(EventSamples::values)
            .map(values -> (Object) values.get(variant % values.size()))
            .toArray();
    try {
      return kind.getDeclaredConstructor(types).newInstance(arguments);
    } catch (ReflectiveOperationException cannot) {
      throw new IllegalStateException("no sample of " + kind, cannot);
    }
  }

  private static List<?> values(Class<?> type) {
    if (type.isEnum()) {
      return List.of(type.getEnumConstants());
    }
    if (type == boolean.class) {
      return List.of(true, false);
    }
    if (type == int.class) {
      return List.of(1);
    }
    if (type == long.class) {
      return List.of(1L);
    }
    if (type == String.class) {
      return List.of("sample");
    }
    if (type == List.class) {
      return List.of(List.of("sample"));
    }
    if (type == NodeId.class) {
      return List.of(NODE);
    }
    if (type == Key.class) {
      return List.of(new Key(1, new byte[] {1}));
    }
    if (type == Level.class) {
      return List.of(Level.QUORUM, Level.ONE, new Level.Count(2));
    }
    if (type == Membership.class) {
      return List.of(Membership.NONE);
    }
    if (type == RuntimeException.class) {
      return List.of(new IllegalStateException("sample"));
    }
    if (type.isRecord()) {
      return List.of(make(type, 0));
    }
    throw new IllegalArgumentException("no sample of " + type);
  }
}
