/** Commands that upgrade a cluster from one release to the next. */
@NullMarked
package io.quorate.cli.upgrade;

import org.jspecify.annotations.NullMarked;
