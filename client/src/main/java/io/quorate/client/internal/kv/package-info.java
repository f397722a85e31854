/**
 * Reads and writes of keys: what callers ask as calls for the engine, batches and scans, and the
 * blocking face, which waits for the asynchronous one.
 */
@NullMarked
package io.quorate.client.internal.kv;

import org.jspecify.annotations.NullMarked;
