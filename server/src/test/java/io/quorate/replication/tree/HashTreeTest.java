package io.quorate.replication.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The root is kept between changes, and is that of the leaves as they are. */
class HashTreeTest {
  private static final long KEY = 7;

  private final HashTree tree = new HashTree();

  @Test
  void theRootFollowsEachChange() {
    long empty = tree.root();
    tree.replace(KEY, 0, 11);
    assertThat(tree.root()).isNotEqualTo(empty).isEqualTo(HashTree.of(tree.leaves()).root());
    tree.replace(KEY, 11, 0);
    assertThat(tree.root()).isEqualTo(empty);
  }

  @Test
  void aCopyStaysAsItWas() {
    tree.replace(KEY, 0, 11);
    long before = tree.root();
    HashTree copy = tree.copy();
    tree.replace(KEY, 11, 12);
    assertThat(copy.root()).isEqualTo(before).isNotEqualTo(tree.root());
    copy.replace(KEY, 11, 12);
    assertThat(copy.root()).isEqualTo(tree.root());
  }
}
