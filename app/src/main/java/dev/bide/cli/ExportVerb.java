package dev.bide.cli;

import java.util.List;

/** {@code export}: the jobs in the form of the old {@code job_queue.txt}. */
final class ExportVerb implements Verb {
  private static final String FORMAT = "job_queue.txt";

  @Override
  public Grammar grammar() {
    return Grammar.of(
            "export --format job_queue.txt",
            "Prints the jobs that fit the old file (UUID PATH PARAMETER STATE).",
            Option.value("format", null, "FORMAT", "job_queue.txt"))
        .withDetails("How many did not fit is said on standard error.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    String format = call.arguments().value("format");
    if (format == null || !format.equals(FORMAT)) {
      throw Trouble.usage(
          format == null
              ? "export wants --format " + FORMAT
              : "no format "
                  + Text.quoted(format)
                  + Suggestion.hint(format, List.of(FORMAT), ": there is " + FORMAT));
    }
    Api.Exported exported = call.api().export(format);
    call.console().text(exported.text());
    if (exported.leftOut() > 0) {
      call.console()
          .message(
              Text.count(exported.leftOut(), "job")
                  + " left out: the old form cannot hold "
                  + (exported.leftOut() == 1 ? "it" : "them"));
    }
    return 0;
  }
}
