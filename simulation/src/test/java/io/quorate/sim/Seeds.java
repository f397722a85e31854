package io.quorate.sim;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs a test of one schedule with several seeds. The first one is for each change; the others,
 * which repeat the schedule with other delays, are for releases: {@code -Dquorate.seeds=all}.
 */
@Target(METHOD)
@Retention(RUNTIME)
@ParameterizedTest
@ArgumentsSource(Seeds.Source.class)
public @interface Seeds {
  /** All of them. */
  long[] value();

  /** Gives a test its seed. */
  final class Source implements ArgumentsProvider, AnnotationConsumer<Seeds> {
    private long[] all = {};

    /** Those of the seeds that are run now. */
    public static LongStream chosen(long... all) {
      boolean whole = "all".equals(System.getProperty("quorate.seeds"));
      return Arrays.stream(all).limit(whole ? all.length : 1);
    }

    @Override
    public void accept(Seeds seeds) {
      all = seeds.value();
    }

    @Override
    public Stream<Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context) {
      return chosen(all).mapToObj(Arguments::of);
    }
  }
}
