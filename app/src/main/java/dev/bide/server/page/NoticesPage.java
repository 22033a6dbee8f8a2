package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.engine.Busy;
import dev.bide.engine.Refused;
import dev.bide.notice.Delivery;
import dev.bide.notice.InvalidNotice;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeRule;
import dev.bide.server.Parts;
import dev.bide.server.Problem;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page of notices: what people were not told, who is told what, and a way to try it. */
final class NoticesPage {
  private static final int MOST_FAILED = 100;
  private static final int MOST_WAITING = 50;
  private static final int MOST_AGAIN = 1_000;
  private static final String RULE = "rule";

  private final Parts parts;
  private final Bide bide;
  private final Paper paper;

  NoticesPage(Parts parts, Paper paper) {
    this.parts = parts;
    this.bide = parts.bide();
    this.paper = paper;
  }

  void show(Context context) {
    write(context, 200, said(context), Typed.NOTHING);
  }

  private static @Nullable String said(Context context) {
    String again = context.queryParam("again");
    String forgotten = context.queryParam("forgotten");
    if (again != null && again.matches("[0-9]{1,4}")) {
      int count = Integer.parseInt(again);
      return count == 1
          ? "The notice is being sent again."
          : Wording.count(count, "notice") + " are being sent again.";
    }
    return forgotten != null && forgotten.matches("[0-9]{1,9}")
        ? Wording.count(Integer.parseInt(forgotten), "notice") + " forgotten."
        : null;
  }

  private void write(Context context, int status, @Nullable String said, Typed test) {
    Instant now = Instant.now();
    Frame frame = paper.frame(context, SettingsTab.NOTICES.title(), Paper.NOTICES);
    List<NoticeRow> failed = rows(Delivery.State.FAILED, MOST_FAILED, now);
    NoticesView view =
        new NoticesView(
            frame,
            said,
            failed,
            Math.max(0, frame.failedNotices() - failed.size()),
            rows(Delivery.State.WAITING, MOST_WAITING, now),
            rules(),
            test);
    paper.write(context, status, "notices", Map.of("view", view));
  }

  private List<NoticeRow> rows(Delivery.State state, int most, Instant now) {
    return bide.notices().list(null, state, most).stream()
        .map(notice -> NoticeRow.of(notice, now))
        .toList();
  }

  private List<NoticesView.Rule> rules() {
    List<NoticesView.Rule> rules = new ArrayList<>();
    parts.settings().notices().rules().forEach(rule -> rules.add(row("everything", rule)));
    bide.queues()
        .forEach(
            queue ->
                queue
                    .settings()
                    .notices()
                    .forEach(rule -> rules.add(row("queue " + queue.settings().name(), rule))));
    return rules;
  }

  private static NoticesView.Rule row(String whose, NoticeRule rule) {
    return new NoticesView.Rule(
        whose,
        rule.events().stream().map(NoticeEvent::word).collect(Collectors.joining(", ")),
        VisibleText.line(rule.target().shown()));
  }

  // ---- acts

  /** Sends a notice of nothing; the answer comes when that was taken, or was not. */
  void test(Context context) {
    String typed = context.formParam(RULE);
    NoticeRule rule;
    try {
      rule = NoticeRule.parse(typed == null ? "" : typed);
    } catch (InvalidNotice e) {
      refuse(context, typed, Sentences.of(String.valueOf(e.getMessage())));
      return;
    }
    String target = VisibleText.line(rule.target().shown());
    CompletableFuture<Optional<String>> sent;
    try {
      sent = parts.notices().test(rule);
    } catch (Busy e) {
      refuse(context, typed, Sentences.of(String.valueOf(e.getMessage())));
      return;
    }
    context.future(
        () ->
            sent.handleAsync(
                (why, thrown) -> {
                  try {
                    tellOfTest(
                        context,
                        typed,
                        target,
                        thrown == null ? why.orElse(null) : "the test was broken off");
                  } catch (RuntimeException e) {
                    parts.problems().answer(context, e);
                  }
                  return true;
                },
                parts.threads()));
  }

  private void tellOfTest(
      Context context, @Nullable String typed, String target, @Nullable String trouble) {
    if (trouble == null) {
      write(context, 200, "A test was sent to " + target + ".", Typed.NOTHING);
    } else {
      refuse(context, typed, "Nothing was sent to " + target + ": " + trouble + ".");
    }
  }

  private void refuse(Context context, @Nullable String typed, String why) {
    write(
        context,
        422,
        null,
        new Typed(Map.of(RULE, typed == null ? "" : typed), Map.of(RULE, VisibleText.line(why))));
  }

  /** Has one sent again that was given up, or waits for its next try. */
  void sendAgain(Context context) {
    Asking.answer(parts.notices().again(id(context.pathParam("id"))));
    goBack(context, "again=1");
  }

  private static UUID id(String said) {
    try {
      return UUID.fromString(said);
    } catch (IllegalArgumentException e) {
      throw new Problem(
          404, "no-such-notice", "There is no such notice", "no notice has this address");
    }
  }

  /** Has all sent again that were given up; what another has sent meanwhile is left out. */
  void sendAllAgain(Context context) {
    List<CompletableFuture<Notice>> asked =
        bide.notices().list(null, Delivery.State.FAILED, MOST_AGAIN).stream()
            .map(notice -> parts.notices().again(notice.id()))
            .toList();
    int count = 0;
    for (CompletableFuture<Notice> one : asked) {
      try {
        Asking.answer(one);
        count++;
      } catch (Refused e) {
        // sent or forgotten since it was read
      }
    }
    goBack(context, "again=" + count);
  }

  void askForget(Context context) {
    Frame frame = paper.frame(context, "Forget what could not be sent?", null);
    Map<String, Object> view = new HashMap<>();
    view.put("frame", frame);
    view.put("heading", frame.title());
    view.put("what", Wording.count(frame.failedNotices(), "notice"));
    view.put(
        "cost",
        "Nobody is told what they say. The jobs that they are about stay as they are. Without this,"
            + " they are forgotten after 90 days.");
    // those of this moment: what is given up while somebody thinks about it stays
    view.put("action", SettingsTab.NOTICES.href() + "/forget?before=" + Instant.now());
    view.put("verb", "Forget them");
    view.put("keep", "Keep them");
    view.put("back", SettingsTab.NOTICES.href());
    paper.write(context, 200, "question", view);
  }

  /** Forgets all that had been given up when it was asked about. */
  void forget(Context context) {
    Instant before = RetentionPage.before(context.queryParam("before"));
    goBack(context, "forgotten=" + Asking.answer(bide.notices().forget(Instant.EPOCH, before)));
  }

  private static void goBack(Context context, String what) {
    context.redirect(SettingsTab.NOTICES.href() + "?" + what, HttpStatus.SEE_OTHER);
  }
}
