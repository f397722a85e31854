package io.quorate.outside;

import java.lang.reflect.AnnotatedElement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;

/**
 * Test classes that have only nodes of their own come first, so that no shared node runs beside
 * them and takes its part of the processors; then those that share nodes; then those that disturb
 * these. Otherwise they stay as they are.
 */
public final class SharedNodesLast implements ClassOrderer {
  @Override
  public void orderClasses(ClassOrdererContext context) {
    context.getClassDescriptors().sort(Comparator.comparingInt(SharedNodesLast::place));
  }

  private static int place(ClassDescriptor each) {
    return isExtended(each, DisturbedNodes.class) ? 2 : isExtended(each, SharedNodes.class) ? 1 : 0;
  }

  /** Whether the class is, or a method of it. */
  private static boolean isExtended(ClassDescriptor each, Class<? extends Extension> by) {
    Class<?> tests = each.getTestClass();
    Stream<AnnotatedElement> extended =
        Stream.concat(Stream.of(tests), Stream.of(tests.getDeclaredMethods()));
    return extended
        .flatMap(one -> Stream.of(one.getAnnotationsByType(ExtendWith.class)))
        .anyMatch(with -> List.of(with.value()).contains(by));
  }
}
