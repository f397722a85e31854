package io.quorate.codemutant;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Loads Quorate's classes once more, one of them from other bytes; libraries are shared. */
final class OwnClasses extends ClassLoader {
  private final @Nullable String changed;
  private final byte[] bytes;

  OwnClasses(ClassLoader real) {
    this(real, null, new byte[0]);
  }

  OwnClasses(ClassLoader real, @Nullable String changed, byte[] bytes) {
    super(real);
    this.changed = changed;
    this.bytes = bytes;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("io.quorate.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] code = name.equals(changed) ? bytes : bytesOf(name);
    return defineClass(name, code, 0, code.length);
  }

  private byte[] bytesOf(String name) throws ClassNotFoundException {
    try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      return file.readAllBytes();
    } catch (IOException failure) {
      throw new ClassNotFoundException(name, failure);
    }
  }
}
