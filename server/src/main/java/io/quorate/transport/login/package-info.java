/**
 * How users log in with passwords: the server's side of SCRAM, which logins are put off since too
 * many have failed, and the calls. Start at {@link io.quorate.transport.login.Logins}.
 */
@NullMarked
package io.quorate.transport.login;

import org.jspecify.annotations.NullMarked;
