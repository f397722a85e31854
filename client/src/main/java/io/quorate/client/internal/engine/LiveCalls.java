package io.quorate.client.internal.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All calls that are not completed, in order of arrival; a list linked through the calls
 * themselves, so that coming and going costs no allocation and no search. Owned by the loop.
 */
final class LiveCalls {
  private @Nullable Call<?> first;
  private @Nullable Call<?> last;

  boolean isEmpty() {
    return first == null;
  }

  void add(Call<?> call) {
    call.before = last;
    if (last == null) {
      first = call;
    } else {
      last.after = call;
    }
    last = call;
  }

  void remove(Call<?> call) {
    if (call.before == null) {
      first = call.after;
    } else {
      call.before.after = call.after;
    }
    if (call.after == null) {
      last = call.before;
    } else {
      call.after.before = call.before;
    }
    call.before = null;
    call.after = null;
  }

  /** Visits all; the visitor may remove the call it is given, and add others. */
  void forEach(Consumer<Call<?>> visitor) {
    Call<?> call = first;
    while (call != null) {
      Call<?> next = call.after;
      visitor.accept(call);
      call = next;
    }
  }
}
