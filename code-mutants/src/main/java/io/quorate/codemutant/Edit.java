package io.quorate.codemutant;

import static net.bytebuddy.matcher.ElementMatchers.isDeclaredBy;
import static net.bytebuddy.matcher.ElementMatchers.nameEndsWith;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.implementation.StubMethod;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

/** A small change of a compiled class. One that finds nothing to change fails. */
public interface Edit {
  /** After the name of a method: its lambdas, which compilers number as they like. */
  String LAMBDAS = "$lambdas";

  DynamicType.Builder<?> of(TypeDescription type, TypePool types, DynamicType.Builder<?> code);

  /** A method answers this, whatever it is asked. */
  static Edit returns(String method, Object constant) {
    return (type, types, code) ->
        code.method(isDeclaredBy(type).and(there(type, method)))
            .intercept(FixedValue.value(constant));
  }

  /** A method does nothing, and returns null, false or 0. */
  static Edit doesNothing(String method) {
    return (type, types, code) ->
        code.method(isDeclaredBy(type).and(there(type, method))).intercept(StubMethod.INSTANCE);
  }

  /** A method does not make these calls, and goes on as if they had returned null, false or 0. */
  static Edit withoutCalls(String method, String called) {
    return (type, types, code) ->
        code.visit(change(method).method(named(called)).stub().on(there(type, method)));
  }

  /** A method does not make these calls, and goes on as if they had returned this. */
  static Edit callsReturn(String method, String called, Object constant) {
    return (type, types, code) ->
        code.visit(
            change(method)
                .method(named(called))
                .replaceWithConstant(constant)
                .on(there(type, method)));
  }

  /**
   * A method calls another one in the place of these: a static one of test code, which is given the
   * same, after the object that is called.
   */
  static Edit callsGoTo(String method, String called, String otherClass, String other) {
    return (type, types, code) -> {
      MethodDescription instead =
          types.describe(otherClass).resolve().getDeclaredMethods().filter(named(other)).getOnly();
      return code.visit(
          change(method).method(named(called)).replaceWith(instead).on(there(type, method)));
    };
  }

  /** A method leaves a field as it is. */
  static Edit withoutWrites(String method, String field) {
    return (type, types, code) ->
        code.visit(change(method).field(named(field)).onWrite().stub().on(there(type, method)));
  }

  /** A method finds null, false or 0 in a field, whatever is there. */
  static Edit withoutReads(String method, String field) {
    return (type, types, code) ->
        code.visit(change(method).field(named(field)).onRead().stub().on(there(type, method)));
  }

  private static MemberSubstitution change(String method) {
    return MemberSubstitution.relaxed().failIfNoMatch(!method.endsWith(LAMBDAS));
  }

  /**
   * A method of this name, or the lambdas in it; of "name(int,Type)", the one that takes an int and
   * a Type.
   */
  private static ElementMatcher<MethodDescription> there(TypeDescription type, String method) {
    int takes = method.indexOf('(');
    ElementMatcher.Junction<MethodDescription> there =
        method.endsWith(LAMBDAS)
            ? nameStartsWith("lambda$" + method.substring(0, method.indexOf('$')) + "$")
            : takes < 0
                ? named(method)
                : ElementMatchers.<MethodDescription>named(method.substring(0, takes))
                    .and(takes(method.substring(takes + 1, method.length() - 1).split(",")));
    if (type.getDeclaredMethods().filter(there).isEmpty()) {
      throw new IllegalArgumentException(type.getName() + " has no method " + method);
    }
    return there;
  }

  private static ElementMatcher.Junction<MethodDescription> takes(String[] types) {
    ElementMatcher.Junction<MethodDescription> all = takesArguments(types.length);
    for (int i = 0; i < types.length; i++) {
      all = all.and(takesArgument(i, named(types[i]).or(nameEndsWith("." + types[i]))));
    }
    return all;
  }
}
