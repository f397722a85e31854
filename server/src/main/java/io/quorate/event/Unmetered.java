package io.quorate.event;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says why an event adds to no meter. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Unmetered {
  /** The reason, as half a sentence that begins with "since" in the reader's mind. */
  String value();
}
