/**
 * How a client logs in, and shows that it has. Start at {@link
 * io.quorate.client.internal.login.LoginSession}.
 */
@NullMarked
package io.quorate.client.internal.login;

import org.jspecify.annotations.NullMarked;
