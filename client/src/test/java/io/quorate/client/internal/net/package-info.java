/** Shows what is told of nodes, and measured. */
@NullMarked
package io.quorate.client.internal.net;

import org.jspecify.annotations.NullMarked;
