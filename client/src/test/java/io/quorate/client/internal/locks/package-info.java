/** Tests of locks, without a network. */
@NullMarked
package io.quorate.client.internal.locks;

import org.jspecify.annotations.NullMarked;
