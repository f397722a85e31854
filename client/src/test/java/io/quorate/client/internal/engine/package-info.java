/** Shows the rules by which requests travel. */
@NullMarked
package io.quorate.client.internal.engine;

import org.jspecify.annotations.NullMarked;
