package dev.bide;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of ARCHITECTURE.md, and what belongs into one room only. */
@AnalyzeClasses(packages = "dev.bide", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule arrows_point_down =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("app")
          .definedBy("dev.bide.app")
          .layer("cli")
          .definedBy("dev.bide.cli..")
          .layer("server")
          .definedBy("dev.bide.server..")
          .layer("api")
          .definedBy("dev.bide.api")
          .layer("bide")
          .definedBy("dev.bide")
          .layer("engine")
          .definedBy("dev.bide.engine")
          .layer("queue")
          .definedBy("dev.bide.queue")
          .layer("schedule")
          .definedBy("dev.bide.schedule")
          .layer("notice")
          .definedBy("dev.bide.notice")
          .layer("store")
          .definedBy("dev.bide.store..")
          .layer("runner")
          .definedBy("dev.bide.runner..")
          .layer("log")
          .definedBy("dev.bide.log")
          .layer("job")
          .definedBy("dev.bide.job")
          .whereLayer("app")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("server")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("api")
          .mayOnlyBeAccessedByLayers("app", "cli", "server")
          .whereLayer("bide")
          .mayOnlyBeAccessedByLayers("server", "app")
          .whereLayer("engine")
          .mayOnlyBeAccessedByLayers("bide", "server", "app")
          .whereLayer("queue")
          .mayOnlyBeAccessedByLayers("engine", "bide", "store", "server")
          .whereLayer("schedule")
          .mayOnlyBeAccessedByLayers("engine", "bide", "store", "server", "cli")
          .whereLayer("notice")
          .mayOnlyBeAccessedByLayers("job", "schedule", "engine", "bide", "store", "server")
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers("engine", "bide", "server", "app")
          .whereLayer("runner")
          .mayOnlyBeAccessedByLayers("engine", "bide", "server")
          .whereLayer("log")
          .mayOnlyBeAccessedByLayers("bide", "engine", "runner", "server");

  @ArchTest
  static final ArchRule values_know_nothing =
      noClasses()
          .that()
          .resideInAnyPackage("dev.bide.job", "dev.bide.queue", "dev.bide.schedule")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.io..", "java.nio.file..", "java.net..", "java.sql..", "java.util.concurrent..");

  @ArchTest
  static final ArchRule sql_is_in_the_store_only =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.bide.store.sqlite")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..");

  @ArchTest
  static final ArchRule serving_http_is_in_the_server_only =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.bide.server..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..", "gg.jte..");

  @ArchTest
  static final ArchRule processes_are_in_the_runner_only =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.bide.runner.process", "dev.bide.checks..")
          .and()
          .doNotHaveFullyQualifiedName("dev.bide.app.Installation") // the archive of classes
          .and()
          .doNotHaveFullyQualifiedName("dev.bide.cli.StartedServer") // the server itself
          .and()
          .doNotHaveFullyQualifiedName("dev.bide.cli.Programs") // asks env, systemd and cron
          .and()
          .doNotHaveFullyQualifiedName("dev.bide.cli.Display") // the browser
          .and()
          .doNotHaveFullyQualifiedName("dev.bide.cli.Console") // the terminal's size
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.ProcessBuilder")
          .orShould()
          .callMethod(Runtime.class, "exec", String.class)
          .orShould()
          .callMethod(Runtime.class, "exec", String[].class);

  @ArchTest
  static final ArchRule nothing_is_made_of_data_that_is_more_than_data =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.beans.XMLDecoder")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "javax.script..", "javax.naming..", "com.fasterxml.jackson.databind..");

  @ArchTest
  static final ArchRule no_class_is_found_by_a_name_out_of_data =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.bide.cli.Interrupts") // two names that are constants
          .should()
          .callMethod(Class.class, "forName", String.class);

  @ArchTest
  static final ArchRule core_knows_no_framework =
      classes()
          .that()
          .resideInAnyPackage(
              "dev.bide",
              "dev.bide.job",
              "dev.bide.queue",
              "dev.bide.schedule",
              "dev.bide.notice",
              "dev.bide.engine",
              "dev.bide.runner..",
              "dev.bide.log",
              "dev.bide.store")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "dev.bide..", "org.slf4j..", "org.jspecify..");
}
