/**
 * Takes one rule out of a compiled class, and demands that a named test fails on what is left. The
 * modules list their mutants beside their tests; nothing of this is part of the product.
 */
@NullMarked
package io.quorate.codemutant;

import org.jspecify.annotations.NullMarked;
