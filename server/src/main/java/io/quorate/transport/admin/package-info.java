/**
 * Serves operators: {@code quorate.v1.Admin} for the cluster and {@code quorate.v1.Maintenance} for
 * one node, translated to the requests of {@code io.quorate.admin} and back.
 *
 * <p>Start at {@link io.quorate.transport.admin.AdminService}.
 */
@NullMarked
package io.quorate.transport.admin;

import org.jspecify.annotations.NullMarked;
