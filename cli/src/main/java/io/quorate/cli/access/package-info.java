/**
 * Commands on who may do what: users, roles, grants, and which user the caller is.
 *
 * <p>Start at {@link io.quorate.cli.access.UserCommand} and {@link
 * io.quorate.cli.access.GrantCommand}. {@link io.quorate.cli.access.AccessForms} prints what they
 * tell. Certificates, which name users to nodes, are made by {@code security}.
 */
@NullMarked
package io.quorate.cli.access;

import org.jspecify.annotations.NullMarked;
