package io.quorate.transport.codec;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Equality of values by their content, arrays included; records compare arrays by identity. */
public final class DeepEquality {
  private DeepEquality() {}

  public static boolean same(@Nullable Object left, @Nullable Object right) {
    if (left instanceof byte[] bytes) {
      return right instanceof byte[] others && Arrays.equals(bytes, others);
    }
    if (left instanceof List<?> list) {
      return right instanceof List<?> others && sameLists(list, others);
    }
    if (left == null
        || right == null
        || left.getClass() != right.getClass()
        || !left.getClass().isRecord()) {
      return Objects.equals(left, right);
    }
    for (RecordComponent component : left.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        if (!same(component.getAccessor().invoke(left), component.getAccessor().invoke(right))) {
          return false;
        }
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("a component of a record cannot be read", e);
      }
    }
    return true;
  }

  private static boolean sameLists(List<?> left, List<?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!same(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }
}
