package dev.bide.checks.clone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What docs/dependencies.md says is in the jar is what is in the jar. */
class DependenciesTest {
  @Test
  void every_piece_of_the_program_is_listed_with_its_version() throws IOException {
    Map<String, String> listed = listed();

    Map<String, String> shipped = shipped();
    assertThat(listed).containsAllEntriesOf(shipped);
    // these do not say in the jar what they are
    listed.keySet().removeAll(shipped.keySet());
    assertThat(listed.keySet())
        .containsExactlyInAnyOrder(
            "org.jspecify:jspecify", "org.tomlj:tomlj", "org.jetbrains.kotlin:kotlin-stdlib");
  }

  @Test
  void the_licences_are_in_the_jar() throws IOException {
    try (JarFile jar = new JarFile(Checkout.file("app/target/bide.jar").toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains(
              "META-INF/LICENSE",
              "META-INF/LICENSE.txt",
              "META-INF/NOTICE",
              "META-INF/docs/dependencies.md",
              "META-INF/licenses/EPL-2.0.md");
    }
  }

  /** The rows of the first two tables: {@code group:name, name, …} and version. */
  private static Map<String, String> listed() throws IOException {
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(Checkout.file("docs/dependencies.md"))) {
      if (line.startsWith("## For building")) {
        break;
      }
      String[] cells = line.split(" *\\| *", -1);
      if (cells.length > 3 && cells[1].contains(":")) {
        String group = cells[1].substring(0, cells[1].indexOf(':'));
        for (String name : cells[1].substring(group.length() + 1).split(", ", -1)) {
          listed.put(group + ":" + name, cells[2]);
        }
      }
    }
    return listed;
  }

  private static Map<String, String> shipped() throws IOException {
    Map<String, String> shipped = new TreeMap<>();
    try (JarFile jar = new JarFile(Checkout.file("app/target/bide.jar").toFile())) {
      for (ZipEntry entry : jar.stream().toList()) {
        if (entry.getName().matches("META-INF/maven/.*/pom\\.properties")) {
          Properties properties = new Properties();
          try (InputStream in = jar.getInputStream(entry)) {
            properties.load(in);
          }
          String group = properties.getProperty("groupId");
          if (!"dev.bide".equals(group)) {
            shipped.put(
                group + ":" + properties.getProperty("artifactId"),
                properties.getProperty("version"));
          }
        }
      }
    }
    return shipped;
  }
}
