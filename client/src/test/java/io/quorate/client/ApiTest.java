package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What applications compile against names no type of a library: the libraries are inside the
 * published jar, under other names, and may be exchanged.
 */
class ApiTest {
  /** The packages that applications and operators use. */
  private static final List<String> PUBLISHED =
      List.of("io.quorate.client", "io.quorate.client.admin", "io.quorate.client.recipe");

  private final List<String> foreign = new ArrayList<>();
  private int looked;

  @Test
  void apiNamesTypesOfTheJdkAndItsOwnOnly() throws Exception {
    URI classes = QuorateClient.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    for (String published : PUBLISHED) {
      Path directory = Path.of(classes).resolve(published.replace('.', '/'));
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          String name = String.valueOf(file.getFileName());
          if (name.endsWith(".class") && !name.equals("package-info.class")) {
            look(Class.forName(published + "." + name.replace(".class", "")));
          }
        }
      }
    }
    assertThat(looked).isGreaterThan(50);
    assertThat(foreign).isEmpty();
  }

  private void look(Class<?> type) {
    if (!Modifier.isPublic(type.getModifiers())) {
      return;
    }
    looked++;
    check(type, type.getGenericSuperclass());
    for (Type each : type.getGenericInterfaces()) {
      check(type, each);
    }
    for (Field field : type.getDeclaredFields()) {
      if (isOpen(field)) {
        check(field, field.getGenericType());
      }
    }
    Stream.concat(
            Arrays.stream(type.getDeclaredMethods()).peek(this::checkReturn),
            Arrays.stream(type.getDeclaredConstructors()))
        .filter(ApiTest::isOpen)
        .forEach(
            each -> {
              for (Type parameter : each.getGenericParameterTypes()) {
                check(each, parameter);
              }
              for (Type thrown : each.getGenericExceptionTypes()) {
                check(each, thrown);
              }
            });
  }

  private void checkReturn(java.lang.reflect.Method method) {
    if (isOpen(method)) {
      check(method, method.getGenericReturnType());
    }
  }

  private static boolean isOpen(Member member) {
    return (Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers()))
        && !(member instanceof Executable executable && executable.isSynthetic());
  }

  private void check(Object where, Type type) {
    if (type instanceof Class<?> named) {
      Class<?> element = named;
      while (element.isArray()) {
        element = element.getComponentType();
      }
      if (!element.isPrimitive()
          && !element.getName().startsWith("java.")
          && !PUBLISHED.contains(element.getPackageName())) {
        foreign.add(where + " names " + element.getName());
      }
    } else if (type instanceof ParameterizedType generic) {
      check(where, generic.getRawType());
      for (Type argument : generic.getActualTypeArguments()) {
        check(where, argument);
      }
    } else if (type instanceof GenericArrayType array) {
      check(where, array.getGenericComponentType());
    } else if (type instanceof WildcardType wildcard) {
      for (Type bound : wildcard.getUpperBounds()) {
        check(where, bound);
      }
    } else if (type instanceof TypeVariable<?> variable) {
      for (Type bound : variable.getBounds()) {
        if (bound instanceof Class<?>) {
          check(where, bound);
        }
      }
    }
  }
}
