package io.quorate.mutant;

import io.quorate.codemutant.NoticedMutants;

class CodeMutantsTest extends NoticedMutants {
  CodeMutantsTest() {
    super(CodeMutants.all());
  }
}
