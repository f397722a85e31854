/** What happened at the edge, as meters and logs need to know it. */
@NullMarked
package io.quorate.transport.event;

import org.jspecify.annotations.NullMarked;
