package io.quorate.client;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a read found of a key in a tenant with model SETS, or of a set in a map. That a key has no
 * elements is a normal answer. Immutable.
 */
public final class SetValue {
  /** Without elements. */
  public static final SetValue EMPTY = new SetValue(List.of(), ResultInfo.NONE);

  private final List<Element> elements;
  private final ResultInfo info;

  private SetValue(List<Element> elements, ResultInfo info) {
    this.elements = List.copyOf(elements);
    this.info = info;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static SetValue of(List<Element> elements, ResultInfo info) {
    return new SetValue(elements, info);
  }

  /** Returns one of these texts, as for a test. */
  public static SetValue of(String... texts) {
    return new SetValue(Arrays.stream(texts).map(Element::of).toList(), ResultInfo.NONE);
  }

  /** All elements, in the order of their bytes. */
  public List<Element> elements() {
    return elements;
  }

  /** All elements as UTF-8, in the order of their bytes. */
  public Set<String> texts() {
    Set<String> texts = new LinkedHashSet<>();
    elements.forEach(each -> texts.add(each.text()));
    return texts;
  }

  /** Whether it has an element. */
  public boolean contains(byte[] value) {
    return find(value).isPresent();
  }

  /** Whether it has an element, which is in UTF-8. */
  public boolean contains(String text) {
    return elements.stream().anyMatch(each -> each.text().equals(text));
  }

  /** The element of a value; empty if there is none. */
  public Optional<Element> find(byte[] value) {
    return elements.stream().filter(each -> Arrays.equals(each.value(), value)).findAny();
  }

  /** How many elements there are. */
  public int size() {
    return elements.size();
  }

  /** Whether there is no element. */
  public boolean isEmpty() {
    return elements.isEmpty();
  }

  /** How it came about. */
  public ResultInfo info() {
    return info;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SetValue that
        && elements.equals(that.elements)
        && info.equals(that.info);
  }

  @Override
  public int hashCode() {
    return Objects.hash(elements, info);
  }

  @Override
  public String toString() {
    return texts() + " " + info;
  }
}
