package dev.bide.job;

import dev.bide.notice.NoticeRule;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a submitter asks for, complete and checked: nothing is filled in later.
 *
 * @param program what runs
 * @param directory absolute path of the working directory
 * @param name a label for people, or null
 * @param queue name of the queue it waits in
 * @param environment the whole environment of the process, without the {@code BIDE_*} that each
 *     attempt adds
 * @param umask file mode creation mask, 0 to 0777
 * @param terms when it may run
 */
public record JobSpec(
    Program program,
    String directory,
    @Nullable String name,
    String queue,
    Map<String, String> environment,
    int umask,
    Terms terms) {

  public JobSpec {
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
  }

  /** One that may run as soon as a slot is free. */
  public JobSpec(
      Program program,
      String directory,
      @Nullable String name,
      String queue,
      Map<String, String> environment,
      int umask) {
    this(program, directory, name, queue, environment, umask, Terms.NONE);
  }

  /** The usual file mode creation mask: others may read, nobody else may write. */
  public static final int DEFAULT_UMASK = 022;

  /**
   * A program with its arguments, in the directory and with the environment of this process, in the
   * default queue.
   */
  public static JobSpec of(String... words) {
    return new JobSpec(
        new Program.Argv(List.of(words)),
        System.getProperty("user.dir", "/"),
        null,
        "default",
        withoutOwn(System.getenv()),
        DEFAULT_UMASK);
  }

  /** The same in another directory, given by its absolute path. */
  public JobSpec in(String absolutePath) {
    return new JobSpec(program, absolutePath, name, queue, environment, umask, terms);
  }

  /** The same with a label for people. */
  public JobSpec named(String label) {
    return new JobSpec(program, directory, label, queue, environment, umask, terms);
  }

  /** The same in another queue. */
  public JobSpec on(String otherQueue) {
    return new JobSpec(program, directory, name, otherQueue, environment, umask, terms);
  }

  /** The same with exactly this environment. */
  public JobSpec with(Map<String, String> wholeEnvironment) {
    return new JobSpec(program, directory, name, queue, wholeEnvironment, umask, terms);
  }

  /** The same on other terms. */
  public JobSpec on(Terms otherTerms) {
    return new JobSpec(program, directory, name, queue, environment, umask, otherTerms);
  }

  /** The same with rules of who is told what of it. */
  public JobSpec telling(List<NoticeRule> rules) {
    return on(terms.telling(rules));
  }

  /** An environment without the {@code BIDE_*} variables, which belong to one attempt or server. */
  public static Map<String, String> withoutOwn(Map<String, String> environment) {
    Map<String, String> rest = new TreeMap<>(environment);
    rest.keySet().removeIf(key -> key.startsWith("BIDE_"));
    return rest;
  }
}
