package dev.bide.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCutTest {
  @TempDir Path runs;
  private Path log;

  @BeforeEach
  void prepare() throws IOException {
    log = Files.createDirectories(runs.resolve("1-0a0b0c0d/1")).resolve("log");
  }

  @Test
  void aLogThatIsTooLongKeepsItsBeginningAndItsEndAndSaysWhatWasCut() throws IOException {
    Files.writeString(log, "begin\n" + "x".repeat(10_000) + "\nend\n");
    long size = LogCut.cut(log, 1_000);
    assertThat(size).isEqualTo(Files.size(log)).isLessThanOrEqualTo(1_000);
    assertThat(Files.readString(log))
        .startsWith("begin\nxxx")
        .contains(
            "x\n[bide: 9211 bytes were cut out here after the job had ended: the log was"
                + " 10011 bytes long, more than longest-log]\nx")
        .endsWith("xxx\nend\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
        .isEqualTo("rw-------");
    assertThat(log.resolveSibling("log.cut")).doesNotExist();
  }

  @Test
  void aLogThatIsShortEnoughStaysAsItIs() throws IOException {
    Files.writeString(log, "short\n");
    assertThat(LogCut.cut(log, 6)).isEqualTo(6);
    assertThat(Files.readString(log)).isEqualTo("short\n");
  }

  @Test
  void whatACrashLeftIsReplaced() throws IOException {
    Files.writeString(log.resolveSibling("log.cut"), "half of it");
    Files.writeString(log, "y".repeat(5_000));
    assertThat(LogCut.cut(log, 1_000)).isLessThanOrEqualTo(1_000);
    assertThat(log.resolveSibling("log.cut")).doesNotExist();
  }

  @Test
  void aReaderThatHasItOpenReadsOnWhatItWas() throws IOException {
    Files.writeString(log, "z".repeat(5_000));
    try (LogFile reader = LogFile.open(log)) {
      LogCut.cut(log, 1_000);
      var out = new java.io.ByteArrayOutputStream();
      reader.copy(0, reader.size(), out);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("z".repeat(5_000));
    }
  }

  @Test
  void aLinkInThePlaceOfALogIsNotFollowed() throws IOException {
    Path other = Files.writeString(runs.resolve("precious"), "p".repeat(5_000));
    Files.createSymbolicLink(log, other);
    assertThat(LogCut.cut(log, 1_000)).isEqualTo(0);
    assertThat(Files.size(other)).isEqualTo(5_000);
    Files.delete(log);
    Files.createSymbolicLink(log.resolveSibling("log.cut"), other);
    Files.writeString(log, "y".repeat(5_000));
    assertThat(LogCut.cut(log, 1_000)).isLessThanOrEqualTo(1_000);
    assertThat(Files.size(other)).isEqualTo(5_000);
  }

  @Test
  void aFileOutsideOfRunsIsRefused() {
    assertThatThrownBy(() -> LogCut.cut(Path.of("log"), 10))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
