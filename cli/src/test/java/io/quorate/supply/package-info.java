/** What comes from others: libraries, images, and the actions of workflows. */
@NullMarked
package io.quorate.supply;

import org.jspecify.annotations.NullMarked;
