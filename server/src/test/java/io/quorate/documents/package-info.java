/**
 * Tests of the documents: links lead somewhere, what the code cites exists, and what documents name
 * exists in the code.
 *
 * <p>Start at {@link io.quorate.documents.Repository} and {@link io.quorate.documents.Markdown}.
 */
@NullMarked
package io.quorate.documents;

import org.jspecify.annotations.NullMarked;
