/**
 * How ids, names and keys are written in messages, and which names may be given. Uses nothing;
 * everything may use it.
 */
@NullMarked
package io.quorate.client.internal.text;

import org.jspecify.annotations.NullMarked;
