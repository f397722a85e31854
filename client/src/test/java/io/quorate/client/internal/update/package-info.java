/** Tests of updates without a network. */
@NullMarked
package io.quorate.client.internal.update;

import org.jspecify.annotations.NullMarked;
