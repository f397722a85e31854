/**
 * Commands on tenants, whose options and columns are made from the settings that the client library
 * knows.
 *
 * <p>Start at {@link io.quorate.cli.tenant.TenantCommand}.
 */
@NullMarked
package io.quorate.cli.tenant;

import org.jspecify.annotations.NullMarked;
