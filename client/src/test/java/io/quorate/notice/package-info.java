/**
 * Compares a NOTICE with the libraries that are shipped. Start at {@link io.quorate.notice.Faults}.
 * The test of this module reads the NOTICE of the published client; that of the distribution is
 * read by a test of the module {@code cli}.
 */
@NullMarked
package io.quorate.notice;

import org.jspecify.annotations.NullMarked;
