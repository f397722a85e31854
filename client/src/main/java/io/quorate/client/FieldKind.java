package io.quorate.client;

/**
 * What is kept in a field of a key, and how concurrent changes of it are merged. Fields of one name
 * and different kinds are different fields.
 */
public enum FieldKind {
  /** A number that is incremented and decremented; each change counts. */
  COUNTER,

  /** A number that only grows; each change counts. */
  GROW_ONLY_COUNTER,

  /** A set of values. Of an addition and a removal at the same time, the addition wins. */
  SET,

  /** One value: the one that was assigned last, by the clocks of those who assign. */
  REGISTER,

  /** All values that were assigned at the same time, until one takes their place. */
  MULTI_VALUE_REGISTER,

  /** On or off. Of an enabling and a disabling at the same time, the enabling wins. */
  FLAG_ENABLE_WINS,

  /** On or off. Of an enabling and a disabling at the same time, the disabling wins. */
  FLAG_DISABLE_WINS
}
