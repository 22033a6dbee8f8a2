package dev.bide.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalZoneTest {
  @TempDir Path folder;

  private String zone(String... names) throws IOException {
    Path file = folder.toRealPath().resolve("zoneinfo");
    for (String name : names) {
      file = file.resolve(name);
    }
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "TZif").toString();
  }

  @Test
  void aFileWithRulesIsTheZoneOfItsNameAndNotTheOffsetOfThisMoment() throws Exception {
    String file = zone("America", "New_York");
    assertThat(LocalZone.meantBy(file)).isEqualTo(ZoneId.of("America/New_York"));
    assertThat(LocalZone.meantBy(":" + file)).isEqualTo(ZoneId.of("America/New_York"));
    Path link = Files.createSymbolicLink(folder.resolve("localtime"), Path.of(file));
    assertThat(LocalZone.meantBy(":" + link)).isEqualTo(ZoneId.of("America/New_York"));
  }

  @Test
  void theSameRulesWithAnotherCountOfSecondsAreTheZoneOfTheirName() throws Exception {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    assertThat(LocalZone.meantBy("right/Europe/Berlin")).isEqualTo(berlin);
    assertThat(LocalZone.meantBy(":posix/Europe/Berlin")).isEqualTo(berlin);
    assertThat(LocalZone.meantBy(zone("right", "Europe", "Berlin"))).isEqualTo(berlin);
    assertThat(LocalZone.meantBy(":" + zone("posix", "Europe", "Berlin"))).isEqualTo(berlin);
  }

  @Test
  void aCopyOfAFileWithRulesIsTheZoneWhoseRulesAreTheSame() throws Exception {
    Path copy = Files.writeString(folder.resolve("localtime"), "TZif of Berlin");
    for (String name : List.of("Oslo", "Berlin", "Paris")) {
      Files.writeString(Path.of(zone("Europe", name)), "TZif of Berlin");
    }
    Path rules = folder.toRealPath().resolve("zoneinfo");
    Files.writeString(rules.resolve("Europe/Paris"), "TZif of Paris");
    Path ownName = folder.resolve("timezone");
    ZoneFiles files = new ZoneFiles(rules, ownName);
    assertThat(files.sameAs(copy)).isEqualTo(ZoneId.of("Europe/Berlin"));

    Files.writeString(rules.resolve("zone1970.tab"), "# two\nNO\t+5955+01045\tEurope/Oslo\n");
    assertThat(files.sameAs(copy)).isEqualTo(ZoneId.of("Europe/Oslo"));

    Files.writeString(ownName, "Europe/Berlin\n");
    assertThat(files.sameAs(copy)).isEqualTo(ZoneId.of("Europe/Berlin"));
    Files.writeString(ownName, "Europe/Paris\n");
    assertThat(files.sameAs(copy)).isEqualTo(ZoneId.of("Europe/Oslo"));
    assertThat(files.sameAs(Files.writeString(copy, "TZif of Mars"))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"GMT+2,GMT-02:00", "GMT-5,GMT+05:00", "GMT-5:30,GMT+05:30", ":GMT+11,GMT-11:00"})
  void hoursAfterGmtAreThoseToTheWestAsForAllOtherPrograms(String tz, String zone) {
    assertThat(LocalZone.meantBy(tz)).isEqualTo(ZoneId.of(zone));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", "UTC", "Europe/Berlin", "EST5EDT", "GMT", "GMT+99", "/", "/nowhere/x"})
  void whatJavaReadsAsMeantOrNobodyCanIsLeftToJava(String tz) {
    assertThat(LocalZone.meantBy(tz)).isNull();
  }

  @Test
  void aFileOfNoZoneThatJavaKnowsIsLeftToJava() throws Exception {
    assertThat(LocalZone.meantBy(zone("Mars", "Olympus"))).isNull();
    assertThat(LocalZone.meantBy(Files.writeString(folder.resolve("own"), "TZif").toString()))
        .isNull();
  }
}
