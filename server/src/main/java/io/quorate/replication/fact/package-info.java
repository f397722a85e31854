/**
 * What happened in the data plane, as small values told to listeners: meters, logs and the
 * simulator's report of entered windows all take names and counts from here.
 *
 * <p>See {@link io.quorate.replication.fact.Fact}. A fact is told once, where it happens, on the
 * lane; listeners neither block nor answer.
 */
@NullMarked
package io.quorate.replication.fact;

import org.jspecify.annotations.NullMarked;
