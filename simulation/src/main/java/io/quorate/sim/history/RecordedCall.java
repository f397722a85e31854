package io.quorate.sim.history;

import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import org.jspecify.annotations.Nullable;

/**
 * One call, as a line of a file tells.
 *
 * @param callNanos when it was made, by the clock that all clients of the file share
 * @param returnNanos when it was answered; null if its outcome is unknown
 * @param output null if its outcome is unknown
 * @param refused whether it took no effect and never will
 */
record RecordedCall(
    String key,
    String client,
    long callNanos,
    @Nullable Long returnNanos,
    Input input,
    @Nullable Output output,
    boolean refused) {}
