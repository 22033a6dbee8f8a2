package dev.bide.job;

import java.util.Collections;
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
 */
public record JobSpec(
    Program program,
    String directory,
    @Nullable String name,
    String queue,
    Map<String, String> environment,
    int umask) {

  public JobSpec {
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
  }
}
