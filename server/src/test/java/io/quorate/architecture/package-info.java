/**
 * Rules of the architecture that hold in more than one module. Each module's own rules, and the
 * classes that they judge, are in its test of the architecture.
 */
@NullMarked
package io.quorate.architecture;

import org.jspecify.annotations.NullMarked;
