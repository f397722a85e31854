package io.quorate.sim.mutant;

import io.quorate.codemutant.NoticedMutants;

class CodeMutantsTest extends NoticedMutants {
  CodeMutantsTest() {
    super(CodeMutants.all());
  }
}
