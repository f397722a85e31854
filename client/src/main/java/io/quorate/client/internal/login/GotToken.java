package io.quorate.client.internal.login;

/**
 * What a login gives.
 *
 * @param text to be kept secret
 * @param validMillis from now on
 */
record GotToken(String text, long validMillis) {}
