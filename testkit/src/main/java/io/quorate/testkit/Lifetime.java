package io.quorate.testkit;

/** For how long a cluster of an extension lives. */
public enum Lifetime {
  /**
   * One cluster for all tests of a class, nested classes included. What one test writes, others
   * find.
   */
  CLASS,
  /** One cluster for each test: slower, and nothing is left from the test before. */
  METHOD
}
