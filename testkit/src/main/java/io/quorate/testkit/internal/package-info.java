/**
 * How connections of a cluster under test are led over loopback, so that they can be cut. Not for
 * users: it may change with every release.
 *
 * <p>Start at {@link io.quorate.testkit.internal.Links}.
 */
@NullMarked
package io.quorate.testkit.internal;

import org.jspecify.annotations.NullMarked;
