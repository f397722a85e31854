/**
 * What was changed in the cluster through a node, by whom and from where, and who was refused: one
 * JSON object a line, for those who have to find out later. Values and keys of clients are no part
 * of it, nor are secrets.
 *
 * <p>Start at {@link io.quorate.transport.audit.AuditLog}.
 */
@NullMarked
package io.quorate.transport.audit;

import org.jspecify.annotations.NullMarked;
