/**
 * What a session remembers of the versions that it has written and read, and the token that carries
 * it to another process. Values and arithmetic only: no request, no time, no threads of its own.
 *
 * <p>Start at {@link io.quorate.client.internal.session.SessionMemory}. The simulator runs it, too,
 * in clients of simulated clusters.
 */
@NullMarked
package io.quorate.client.internal.session;

import org.jspecify.annotations.NullMarked;
