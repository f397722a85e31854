/**
 * Opens clients: puts the parts of one together. The builder of a client is all that may enter, and
 * it names one class, {@link io.quorate.client.internal.ClientSettings}; everything in here may use
 * the interfaces and values outside.
 *
 * <p>The packages inside use each other in one direction: {@code text} and {@code net} know no
 * request, {@code session} remembers what one session has seen; {@code engine} carries requests to
 * nodes; {@code kv}, {@code locks} and {@code admin} turn what callers ask into requests, and
 * answers into results; {@link io.quorate.client.internal.Wiring} knows them all. No promise holds
 * for anything in here: it may change with every release.
 */
@NullMarked
package io.quorate.client.internal;

import org.jspecify.annotations.NullMarked;
