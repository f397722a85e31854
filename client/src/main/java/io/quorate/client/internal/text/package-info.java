/** How ids, names and keys are written in messages. Uses nothing; everything may use it. */
@NullMarked
package io.quorate.client.internal.text;

import org.jspecify.annotations.NullMarked;
