/** Shows how a client is put together and taken apart. */
@NullMarked
package io.quorate.client.internal;

import org.jspecify.annotations.NullMarked;
