package dev.bide.server.notice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeTarget;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebhookBodyTest {
  private static final Message FAILED =
      new Message(
          "n-7",
          Instant.parse("2026-11-27T22:00:00Z"),
          NoticeEvent.FAILURE,
          true,
          "Job 12 failed: <!channel> @everyone [x](http://evil.example)",
          "exit code 3 after 2 h 10 min",
          List.of("```", "</script> & *bold*"),
          "http://127.0.0.1:8080/jobs/12",
          Map.of("number", 12));

  private static Fields posted(String target) throws Exception {
    return posted(target, FAILED);
  }

  private static Fields posted(String target, Message message) throws Exception {
    WebhookBody body = WebhookBody.of((NoticeTarget.Webhook) NoticeTarget.parse(target), message);
    return Fields.of(Json.read(body.json().getBytes(UTF_8)));
  }

  @Test
  void bidesOwnShapeHoldsAllThatIsKnown() throws Exception {
    Fields posted = posted("https://example.org/hook");

    assertThat(posted.text("id")).isEqualTo("n-7");
    assertThat(posted.text("event")).isEqualTo("failure");
    assertThat(posted.text("at")).isEqualTo("2026-11-27T22:00:00Z");
    assertThat(posted.text("title")).isEqualTo(FAILED.title());
    assertThat(posted.text("text"))
        .isEqualTo("exit code 3 after 2 h 10 min\n```\n</script> & *bold*");
    assertThat(posted.text("url")).isEqualTo("http://127.0.0.1:8080/jobs/12");
    assertThat(Fields.of(posted.map().get("facts")).number("number")).isEqualTo(12);
  }

  @Test
  void inSlackNothingOfAJobIsAMentionALinkOrTheEndOfTheBlock() throws Exception {
    String text = posted("slack+https://hooks.slack.com/x").text("text");

    assertThat(text)
        .startsWith("*Job 12 failed: &lt;!channel&gt; @everyone")
        .contains("&lt;/script&gt; &amp; *bold*")
        .endsWith("```\n<http://127.0.0.1:8080/jobs/12|Open>");
    assertThat(text.split("```", -1)).hasSize(3);
  }

  @Test
  void inTeamsEveryTextIsARunWithoutMarkdown() throws Exception {
    String json =
        WebhookBody.of(
                (NoticeTarget.Webhook) NoticeTarget.parse("teams+https://example.org/x"), FAILED)
            .json();

    assertThat(json)
        .contains("application/vnd.microsoft.card.adaptive", "\"RichTextBlock\"", "\"TextRun\"")
        .doesNotContain("\"TextBlock\"");
  }

  @Test
  void inDiscordNobodyIsMentionedAndTheBlockEndsWhereItShould() throws Exception {
    Fields posted = posted("discord+https://discord.com/api/webhooks/1/x");
    String content = posted.text("content");

    assertThat(Fields.of(posted.map().get("allowed_mentions")).list("parse")).isEmpty();
    assertThat(content).startsWith("**Job 12 failed\\: \\<!channel\\> \\@everyone \\[x");
    assertThat(content.split("```", -1)).hasSize(3);
  }

  @Test
  void ofNtfyTheTopicIsTheLastPartOfThePath() throws Exception {
    NoticeTarget target = NoticeTarget.parse("ntfy+https://push.example.org/sub/mine/");
    WebhookBody body = WebhookBody.of((NoticeTarget.Webhook) target, FAILED);
    Fields posted = Fields.of(Json.read(body.json().getBytes(UTF_8)));

    assertThat(body.address()).hasToString("https://push.example.org/sub/");
    assertThat(posted.text("topic")).isEqualTo("mine");
    assertThat(posted.number("priority")).isEqualTo(4);
    assertThat(posted.texts("tags")).containsExactly("x");
    assertThat(posted.text("click")).isEqualTo(FAILED.link());
  }

  @Test
  void ofGotifyThereIsATitleAMessageAndAPriority() throws Exception {
    Fields posted = posted("gotify+https://push.example.org/message?token=x");

    assertThat(posted.text("title")).isEqualTo(FAILED.title());
    assertThat(posted.number("priority")).isEqualTo(8);
  }

  @Test
  void noTextIsLongerThanAReceiverTakesAndOfTheLogItsEndIsKept() throws Exception {
    Message message =
        new Message(
            "n",
            Instant.EPOCH,
            NoticeEvent.END,
            false,
            "\uD83D\uDE00".repeat(2_000),
            "",
            Collections.nCopies(500, "\uD83D\uDE00`````` and the end"),
            null,
            Map.of());

    assertThat(posted("discord+https://example.org/x", message).text("content").codePoints())
        .hasSizeBetween(1_000, 1_999);
    String told = posted("ntfy+https://example.org/x", message).text("message");
    assertThat(told.getBytes(UTF_8)).hasSizeLessThan(4_096);
    assertThat(told).endsWith("and the end");
  }

  @Test
  void aMessageIsNeverEmpty() throws Exception {
    Message message =
        new Message("n", Instant.EPOCH, NoticeEvent.END, false, "t", "", List.of(), null, Map.of());

    assertThat(posted("gotify+https://example.org/m", message).text("message"))
        .isEqualTo("1970-01-01T00:00:00Z");
  }
}
