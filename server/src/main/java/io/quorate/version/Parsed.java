package io.quorate.version;

/**
 * What lies behind the header of a {@link Record} that has more than one value, once it is read.
 */
sealed interface Parsed permits SiblingSet, CrdtState {}
