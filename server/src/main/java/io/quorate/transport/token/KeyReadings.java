package io.quorate.transport.token;

/**
 * The readings of the provider's keys, which are counted: a key that a token names is not one of
 * the provider's only if a reading lacks it that began after the token was shown.
 */
interface KeyReadings {
  /** There was none yet. */
  KeyReadings NONE =
      new KeyReadings() {
        @Override
        public long begun() {
          return 0;
        }

        @Override
        public long held() {
          return 0;
        }

        @Override
        public long onUnknownKey() {
          return 0;
        }
      };

  /** How many have begun. */
  long begun();

  /** Which one, counted from 1, has given the keys that hold; 0: there are none yet. */
  long held();

  /**
   * A token names a key that is not known: the keys are read as soon as they may be again. Returns
   * after how many nanoseconds they are likely to have been.
   */
  long onUnknownKey();
}
