package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a server may conclude about where another one lived. */
class NodeTest {
  private static final String MACHINE = "0123456789abcdef0123456789abcdef";
  private static final Node HERE = new Node("ada", MACHINE, "boot-1", "4026531836", null);

  @Test
  void itsTextIsReadAgain() throws Exception {
    Node here = Node.here();
    assertThat(Node.parse(here.toString())).hasValue(here);
    Node container = new Node("c0ffee", null, "boot-1", "4026532000", 77L);
    assertThat(Node.parse(container.toString())).hasValue(container);
    assertThat(Node.parse("")).isEmpty();
    assertThat(Node.parse("host=a boot=b")).isEmpty();
    assertThat(Node.parse("host=a boot=b pidns=1 init=soon")).isEmpty();
    assertThat(HERE.reach(HERE)).isEqualTo(Node.Reach.HERE);
  }

  @Test
  void aRebootIsTheSameHostWithAnotherBootWhateverItsName() {
    assertThat(HERE.reach(new Node("ada", MACHINE, "boot-0", "4026531836", null)))
        .isEqualTo(Node.Reach.EARLIER_BOOT);
    assertThat(HERE.reach(new Node("renamed", MACHINE, "boot-0", "4026531836", null)))
        .isEqualTo(Node.Reach.EARLIER_BOOT);
    assertThat(HERE.reach(new Node("ada", null, "boot-0", "4026531836", null)))
        .isEqualTo(Node.Reach.EARLIER_BOOT);
  }

  @Test
  void anotherHostIsElsewhere() {
    String other = MACHINE.replace('0', '1');
    assertThat(HERE.reach(new Node("ada", other, "boot-0", "4026531836", null)))
        .isEqualTo(Node.Reach.ELSEWHERE);
    assertThat(HERE.reach(new Node("eve", null, "boot-0", "4026531836", null)))
        .isEqualTo(Node.Reach.ELSEWHERE);
  }

  @Test
  void anotherContainerIsElsewhereUnlessItIsThisOneRestarted() {
    Node container = new Node("c0ffee", null, "boot-1", "4026532000", 77L);
    assertThat(HERE.reach(container)).isEqualTo(Node.Reach.ELSEWHERE);
    assertThat(container.reach(HERE)).isEqualTo(Node.Reach.ELSEWHERE);
    assertThat(new Node("c0ffee", null, "boot-1", "4026532001", 99L).reach(container))
        .isEqualTo(Node.Reach.EARLIER_CONTAINER);
    assertThat(new Node("c0ffee", null, "boot-1", "4026532001", null).reach(container))
        .isEqualTo(Node.Reach.ELSEWHERE);
    assertThat(new Node("d0ffee", null, "boot-1", "4026532001", 99L).reach(container))
        .isEqualTo(Node.Reach.ELSEWHERE);
  }
}
