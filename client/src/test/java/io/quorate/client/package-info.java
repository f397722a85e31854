/** Shows that the client keeps what its Javadoc says, against nodes that follow a script. */
@NullMarked
package io.quorate.client;

import org.jspecify.annotations.NullMarked;
