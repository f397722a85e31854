/** Nodes of a cluster that follow a script, for tests of the client. */
@NullMarked
package io.quorate.client.fake;

import org.jspecify.annotations.NullMarked;
