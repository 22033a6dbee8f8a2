package dev.bide.server.page;

import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.server.Parts;
import java.util.List;
import java.util.Map;

/** Until the API's reader of requests is there: the same for forms, without its checks. */
record JobRequests(Parts parts) {
  JobSpec one(Map<String, Object> request) {
    Object command = request.get("command");
    Program program =
        command instanceof List<?> words
            ? new Program.Argv(words.stream().map(String::valueOf).toList())
            : new Program.ShellLine(String.valueOf(request.get("shell")));
    return new JobSpec(
        program,
        String.valueOf(request.get("directory")),
        null,
        String.valueOf(request.get("queue")),
        parts.settings().callerEnvironment(),
        0022);
  }
}
