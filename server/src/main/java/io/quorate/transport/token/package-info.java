/**
 * Tokens of an identity provider (JWT, RFC 7519): which of them show a user, and the provider's
 * keys, which are read in the background. Start at {@link io.quorate.transport.token.TokenJudge}.
 * The library that knows JSON Web Tokens is used here alone.
 */
@NullMarked
package io.quorate.transport.token;

import org.jspecify.annotations.NullMarked;
