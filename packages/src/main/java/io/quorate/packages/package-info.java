/**
 * Makes packages for Debian and RPM. Start at {@link io.quorate.packages.Layout}, which says what a
 * package puts where; both formats are made of that one list. The scripts that a machine runs, and
 * the configuration that it begins with, are resources beside these classes.
 */
@NullMarked
package io.quorate.packages;

import org.jspecify.annotations.NullMarked;
