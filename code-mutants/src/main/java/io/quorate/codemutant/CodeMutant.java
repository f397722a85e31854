package io.quorate.codemutant;

import static net.bytebuddy.matcher.ElementMatchers.none;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.pool.TypePool;

/**
 * A class without one of its rules, and the test that must fail for it.
 *
 * @param rule what is left out, as a sentence
 * @param className the class that has the rule, by its full name
 * @param test {@code package.Class#method}
 * @param saying what the failure says, so that no other failure is taken for it
 */
public record CodeMutant(String rule, String className, Edit edit, String test, String saying) {
  /** All classes of Quorate as they are but this one, apart from those that run now. */
  ClassLoader classes() {
    ClassLoader real = CodeMutant.class.getClassLoader();
    ClassFileLocator files = ClassFileLocator.ForClassLoader.of(real);
    TypePool types = TypePool.Default.of(files);
    TypeDescription type = types.describe(className).resolve();
    ByteBuddy changer =
        new ByteBuddy()
            .ignore(none()) // lambdas would be
            .with(TypeValidation.DISABLED);
    byte[] broken = edit.of(type, types, changer.redefine(type, files)).make(types).getBytes();
    return new OwnClasses(real, className, broken);
  }
}
